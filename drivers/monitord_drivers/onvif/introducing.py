"""What a camera says of itself to somebody who puts it in: who it is, its clock, its pictures.

Nothing is changed there, and no password is tried but the one that was given, once. Imported only
where devices are sought.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import structs

from monitord.driver import About, AuthFault, DeviceFault, Found, Profile
from monitord_drivers.onvif import clock
from monitord_drivers.onvif.answers import Node, Told, printable
from monitord_drivers.onvif.pins import password_words
from monitord_drivers.onvif.place import parse_place
from monitord_drivers.onvif.session import Session

_PROFILES_MAX: Final = 16
_TEXT_MAX: Final = 40
#: What each service is asked; Media2 tells sizes only to who asks for them.
_QUESTIONS: Final[Mapping[str, Mapping[str, Any]]] = {
    "media2": {"Type": ["VideoEncoder"]},
    "media": {},
}
#: Where the picture's size stands, in Media2 and in Media.
_ENCODERS: Final = ("VideoEncoder", "VideoEncoderConfiguration")


async def introduce(found: Found, user: str, password: str) -> About:
    """Ask it. Raises ``DeviceFault`` where it says nothing at all."""
    place = parse_place(found.address)
    nobody, session = Session(place, "", ""), Session(place, user, password)
    try:
        is_open, is_dated = await _asked_by_nobody(nobody)
        if not user and not is_open:
            return _about(nobody, is_dated, False, "it wants a user and a password: give --user")
        try:
            await session.open()
        except AuthFault as fault:
            return _about(nobody, is_dated, is_open, fault.detail)
        told = _about(session, True, is_open, *_wrong(session, user, password), read=True)
        return structs.replace(told, profiles=tuple(await _profiles(session)))
    finally:
        await nobody.close()
        await session.close()


async def _asked_by_nobody(session: Session) -> tuple[bool, bool]:
    """Whether it says who it is without a sign-on, and whether it says what time it has."""
    is_dated = False
    try:
        await session.measure()
        is_dated = True
        await session.who()
    except (AuthFault, Told):
        return False, is_dated
    return True, True


def _wrong(session: Session, user: str, password: str) -> Iterator[str]:
    """What is to be mended, of what it said once we were in."""
    if words := password_words(user, password):
        yield words
    if session.no_picture:
        yield session.no_picture


def _about(
    session: Session, is_dated: bool, is_open: bool, *remarks: str, read: bool = False
) -> About:
    who = session.identity
    words = list(remarks)
    if is_open:
        words.append("it says who it is to anybody, without a password: have it ask for one")
    if is_dated and (late := clock.words(session.ahead_s)):
        words.append(late)
    return About(
        read=read,
        open_to_all=is_open,
        maker=who.maker,
        model=who.model,
        serial=who.serial,
        firmware=who.firmware,
        clock_s=session.ahead_s,
        # What follows may be a sign-on of the camera's own making.
        snapshot=session.snapshot.partition("?")[0],
        section={"identity": who.number} if who.number else {},
        remarks=tuple(words),
    )


async def _profiles(session: Session) -> list[Profile]:
    """How it gives its picture; of two services that tell it the one that tells sizes."""
    best: list[Profile] = []
    for name, params in _QUESTIONS.items():
        if not session.has(name):
            continue
        try:
            told = await session.call(name, "GetProfiles", params)
        except AuthFault:
            raise
        except DeviceFault:
            continue  # that it has no pictures was found out before
        made = [_profile(each) for each in told.all("Profiles")][:_PROFILES_MAX]
        if any(profile.width for profile in made):
            return made
        best = best or made
    return best


def _profile(node: Node) -> Profile:
    encoder = next((one for name in _ENCODERS if (one := node.find(name))), None)
    size = None if encoder is None else encoder.find("Resolution")
    return Profile(
        token=printable(node.attributes.get("token", ""), _TEXT_MAX),
        name=printable(node.at("Name"), _TEXT_MAX),
        width=0 if size is None else _side(size.at("Width")),
        height=0 if size is None else _side(size.at("Height")),
        codec="" if encoder is None else printable(encoder.at("Encoding"), _TEXT_MAX),
    )


def _side(text: str) -> int:
    """Pixels; 0 for what cannot be."""
    return int(text) if re.fullmatch(r"[0-9]{1,5}", text) else 0
