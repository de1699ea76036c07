"""The request of who asks how fast alarms are answered."""

from monitord.runtime.control.request import Request


class AnswerTimes(Request, frozen=True, tag="answer-times"):
    """Over the ``period`` until now: 24h, 7d, 30d or 12m."""

    period: str
