"""The words of the PIN for one shift."""

from collections.abc import Mapping
from typing import Final

#: How long one may hold, as the form offers it.
FOR: Final[Mapping[str, int]] = {"8h": 8, "10h": 10, "12h": 12, "14h": 14}

WORDS: Final[Mapping[str, str]] = {
    "title": "Relief",
    "now": "PINs for one shift",
    "none": "Nobody has a PIN for one shift.",
    "until": "until",
    "given_by": "given by {who}",
    "give": "Give a PIN for one shift",
    "give_why": "For a guard who steps in. It is shown once, and ends by itself.",
    "whom": "To whom",
    "nobody": "The site file has no guard to whom one could be given: add one under `people:`.",
    "hours": "{hours} hours",
    "long": "How long",
    "end": "End it now",
    "once": "The PIN of {who}",
    "once_why": "It is shown once. Tell it to them alone; it holds until",
    "done": "I have told it",
}
