"""The words of what is held back."""

from collections.abc import Mapping
from typing import Final

from monitord.vocabulary import Suppression

#: What is held back, in one line beside it.
LINE: Final = "{how} by {who} until {until}: {why}"

HOW: Final[Mapping[Suppression, str]] = {
    Suppression.SHELVED: "shelved",
    Suppression.OUT_OF_SERVICE: "isolated",
    Suppression.INHIBITED: "inhibited for this set period",
    Suppression.TEST: "in test",
    Suppression.BY_DESIGN: "held back by design",
}
