"""The words of the page of answer times."""

from collections.abc import Mapping
from typing import Final

#: What may be asked for, as the daemon knows it.
PERIOD: Final[Mapping[str, str]] = {
    "24h": "24 hours",
    "7d": "7 days",
    "30d": "30 days",
    "12m": "12 months",
}
#: How long a bar lasts, by period.
BAR: Final[Mapping[str, str]] = {
    "24h": "an hour",
    "7d": "six hours",
    "30d": "a day",
    "12m": "two weeks",
}
#: How long an answer took, in the order of ``core.answer_times.BUCKETS_S``, and longer.
BUCKET: Final[tuple[str, ...]] = (
    *("up to 30 s", "up to 1 min", "up to 3 min", "up to 10 min", "up to 1 h", "longer"),
)
#: What monitord finds by itself.
OURS: Final[Mapping[str, str]] = {
    "attendance": "Nothing heard of somebody inside",
    "blackout": "Lights and cameras out together",
    "handover": "A post not handed over",
    "mode": "Mode not changed in time",
    "output": "An output does not obey",
    "path": "A way to people is down",
    "police": "False calls near the limit",
    "police-call": "The police were not rung",
    "schedule": "Set or unset outside its hours",
    "duress": "A PIN for when somebody is forced",
    "calendar": "Hours and rota are not laid",
    "disk": "The disk",
    "doors": "A door of monitord itself",
    "history": "The record had gaps",
    "journal": "The record cannot be written",
    "memory": "Memory",
    "mqtt": "The broker",
    "paths": "All ways to people are down",
    "replica": "A copy of the state differs",
    "reserve": "Room kept on the disk",
    "site": "The site file",
    "site-change": "A change of the site file",
    "step": "A fault of monitord itself",
}
WORDS: Final[Mapping[str, str]] = {
    "title": "Answer times",
    "not_yours": "Answer times are for the duty manager, the security manager, the director and "
    "the auditor.",
    "no_period": "There are answer times of 24 hours, 7 days, 30 days and 12 months.",
    "period": "Period",
    "as_of": "Counted from the record",
    "whole_now": "Counted again at most every five minutes.",
    "counting": "The record is being read. A year of it takes a minute or two; nothing else waits "
    "for it.",
    "renewing": "Newer figures are being counted.",
    "failed": "The figures could not be counted: {problem}. It is tried again by itself; "
    "`monitord journal verify` says more.",
    "lost": "{count} entries of the record cannot be read and are not counted: ask `monitord "
    "journal verify`.",
    "begins": "The record begins only",
    "empty": "Nothing is on record in this time.",
    "few": "From so few incidents nothing can be judged yet.",
    "hidden": "A silent alarm is counted once it is closed. What was held back is not counted.",
    "by_post": "By post, never by name",
    "alarms": "Alarms in ten minutes",
    "alarms_why": "The most alarms in any ten minutes of each bar ({bar}). One person can handle "
    "about {limit} at most: the dashed line.",
    "alarms_none": "No alarm in this time.",
    "axis_alarms": "alarms in 10 min",
    "limit": "{limit}: more than one person can handle",
    "axis_incidents": "incidents",
    "from": "From",
    "all_alarms": "Alarms",
    "busiest": "Most in 10 min",
    "acknowledge": "Time to acknowledge",
    "acknowledge_why": "From the first alarm of an incident until somebody took it.",
    "decide": "Time to decide",
    "decide_why": "From the first alarm until somebody said that it is real, rang the police, or "
    "closed it.",
    "picture": "Time to picture",
    "picture_why": "From the first alarm of an incident until its first picture was kept.",
    "picture_none": "No picture is on record in this time, so there is no time to tell. It is not "
    "counted as zero.",
    "took": "It took",
    "incidents": "Incidents",
    "not_yet": "not yet",
    "half": "Half of them within {half}, nine in ten within {nine}.",
    "none_opened": "No incident in this time.",
    "none_yet": "None of them yet.",
    "nuisances": "Ten loudest",
    "nuisances_why": "What alarmed most often, with its share of all alarms. A few make most of "
    "the noise: begin there.",
    "what": "What",
    "place": "Where",
    "share": "Share",
    "posts": "Time to acknowledge, by post",
    "posts_why": "Where it was taken. Half of them within:",
    "post": "Post",
    "elsewhere": "At no station",
    "within_half": "Half within",
    "within_nine": "Nine in ten within",
    "table": "As a table",
    "gone": "no longer in the site file",
}
