"""The kernel names the account, the site file the person."""

import os
import pwd
import socket
import time

import pytest

from monitord.people import logins
from monitord.people.logins import peer_uid, person_of

ME = pwd.getpwuid(os.getuid()).pw_name


def test_the_kernel_says_who_is_at_the_other_end() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX)
    with ours, theirs:
        assert peer_uid(ours) == os.getuid()


async def test_an_account_is_the_person_whose_login_it_is() -> None:
    assert await person_of(os.getuid(), {"boris": "b.lang", "anna": ME}) == "anna"


async def test_an_account_that_several_people_share_is_nobody() -> None:
    assert await person_of(os.getuid(), {"boris": ME, "anna": ME}) is None


async def test_an_account_without_a_person_is_nobody() -> None:
    assert await person_of(os.getuid(), {"boris": "b.lang"}) is None
    assert await person_of(3_999_999_999, {"anna": ME}) is None


async def test_a_directory_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logins, "LOOK_UP_S", 0.01)
    monkeypatch.setattr(pwd, "getpwuid", lambda _: time.sleep(0.1))
    assert await person_of(os.getuid(), {"anna": ME}) is None
