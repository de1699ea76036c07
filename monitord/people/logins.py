"""From a local connection to a person: the kernel names the account, the site file the person.

Nothing that the caller says about itself is believed here. Root is nobody unless the site file
names it: a record must name a person.
"""

import asyncio
import pwd
import socket
import struct
from collections.abc import Mapping
from typing import Final

LOOK_UP_S: Final = 2.0

_UCRED: Final = struct.Struct("3i")


def peer_uid(connection: socket.socket) -> int:
    """The user id at the other end of a Unix socket, by the kernel's word. Raises ``OSError``."""
    raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size)
    _pid, uid, _gid = _UCRED.unpack(raw)
    return int(uid)


async def person_of(uid: int, logins: Mapping[str, str]) -> str | None:
    """The person whose ``login:`` is the account with this ``uid``; ``logins`` is person to login.

    None for an account that nobody has, and for one that several people share: an
    acknowledgement names one person. A directory service that hangs is given 2 s.
    """
    try:
        async with asyncio.timeout(LOOK_UP_S):
            account = (await asyncio.to_thread(pwd.getpwuid, uid)).pw_name
    except (KeyError, TimeoutError):
        return None
    people = [person for person, login in logins.items() if login == account]
    return people[0] if len(people) == 1 else None
