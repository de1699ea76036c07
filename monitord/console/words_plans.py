"""The words of a plan: what is to be done."""

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, str]] = {
    "title": "What to do",
    "version": "version {version}",
    "review": "to be looked at again since {day}",
    "must": "mandatory",
    "ring": "Ring {number}",
    "left": "{span} left",
    "late": "late",
    "done": "Done",
    "done_by": "done, {who}",
    "not_done": "not done, {who}: {why}",
    "refuse": "Not done, because",
    "refuse_do": "Not done",
    "late_word": "done late",
}
