"""Who answers at an address, remembered while the worker lives; and passwords that are none.

Pure, but for what it remembers.
"""

from typing import Final

#: By address: the serial number that was seen there first.
_seen: Final[dict[str, str]] = {}
_SEEN_MAX: Final = 1_024

#: What cameras leave the factory with, and what is tried first by whoever should not be in.
_DEFAULTS: Final = frozenset(
    {
        "", "admin", "12345", "123456", "12345678", "123456789", "1234", "password", "pass",
        "root", "system", "888888", "666666", "4321", "9999", "service", "user", "camera",
        "admin123", "admin1234", "admin12345", "meinsm", "ikwd", "supervisor", "default",
    }
)  # fmt: skip


def swapped(address: str, number: str, wanted: str) -> str:
    """Words for another camera than the one that is known here; empty where it is the same.

    ``wanted`` is what the site file says; without it the first that was seen is the right one.
    """
    known = wanted or _seen.get(address, "")
    if not wanted and not known and number and len(_seen) < _SEEN_MAX:
        _seen[address] = number
    if not known or number.lower() == known.lower():
        return ""
    told = f"serial number {number}" if number else "no serial number at all"
    return f"another camera answers here: {told}, and it should be {known}"


def forget() -> None:
    """For tests: nobody has been seen yet."""
    _seen.clear()


def password_words(user: str, password: str) -> str:
    """What is wrong with a sign-on, whatever the camera says to it."""
    if not user:
        return "it is asked without a user: give it an account for monitord, with a password"
    if password.lower() in _DEFAULTS or password.lower() == user.lower():
        return "its password is one that everybody knows: change it"
    return ""
