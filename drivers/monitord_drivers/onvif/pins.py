"""Who answers at an address, remembered while the worker lives; and passwords that are none.

Pure, but for what it remembers.
"""

from typing import Final, NamedTuple

#: By address: the serial number that was seen there first.
_seen: Final[dict[str, str]] = {}
#: By address: the firmware that was seen last, the one before it, and until when that is told.
_firmware: Final[dict[str, tuple[str, str, float]]] = {}
_SEEN_MAX: Final = 1_024
#: Another firmware is told for so long; the journal has it for good.
FIRMWARE_S: Final = 86_400.0

#: What cameras leave the factory with, and what is tried first by whoever should not be in.
_DEFAULTS: Final = frozenset(
    {
        "", "admin", "12345", "123456", "12345678", "123456789", "1234", "password", "pass",
        "root", "system", "888888", "666666", "4321", "9999", "service", "user", "camera",
        "admin123", "admin1234", "admin12345", "meinsm", "ikwd", "supervisor", "default",
    }
)  # fmt: skip


class Pins(NamedTuple):
    """Where a camera is, and what the site file says that it must be; empty: nothing."""

    address: str
    identity: str = ""
    firmware: str = ""


def renewed(pins: Pins, firmware: str, now_s: float) -> str:
    """Words for a firmware that is another one than it should be, or than it was.

    ``now_s`` only moves forward.
    """
    if pins.firmware:
        if firmware == pins.firmware:
            return ""
        return f"its firmware is {firmware or 'not told'}, and the site file says {pins.firmware}"
    known, before, until_s = _firmware.get(pins.address, ("", "", 0.0))
    if firmware and firmware != known and (known or len(_firmware) < _SEEN_MAX):
        known, before, until_s = firmware, known, now_s + FIRMWARE_S
        _firmware[pins.address] = known, before, until_s
    if not before or now_s >= until_s:
        return ""
    return f"its firmware is {known} now, and it was {before}: was that one of ours?"


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
    _firmware.clear()


def password_words(user: str, password: str) -> str:
    """What is wrong with a sign-on, whatever the camera says to it."""
    if not user:
        return "it is asked without a user: give it an account for monitord, with a password"
    if password.lower() in _DEFAULTS or password.lower() == user.lower():
        return "its password is one that everybody knows: change it"
    return ""
