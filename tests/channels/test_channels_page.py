"""What docs/channels.md tells a gateway's author is what the channel does."""

import re
import time
from collections.abc import Callable

import msgspec
import pytest

from monitord.channels.contract import Message
from monitord.channels.webhook import WebhookChannel, _Acknowledged, signature
from tests.channels.gateway import answering, gateway
from tests.channels.samples import MESSAGE
from tests.support import ROOT

PAGE = (ROOT / "docs" / "channels.md").read_text("utf-8")
JSON_BLOCKS = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
PYTHON_BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)

Check = Callable[[bytes, str, bytes], bool]


@pytest.fixture
def check() -> Check:
    scope: dict[str, Check] = {}
    exec(PYTHON_BLOCKS[0], scope)
    return scope["is_from_monitord"]


async def test_the_snippet_believes_what_the_channel_sends(check: Check) -> None:
    async with gateway(answering(200)) as server:
        channel = WebhookChannel("sms", {"url": server.url}, "k3y")
        await channel.deliver(MESSAGE)
        await channel.close()
    [(headers, body)] = server.requests
    assert check(b"k3y", headers["monitord-signature"], body)
    assert not check(b"other", headers["monitord-signature"], body)
    assert not check(b"k3y", headers["monitord-signature"], body + b" ")


@pytest.mark.parametrize("header", ["", "t=1", "v1=00", "t=x,v1=00", "a,b", "t=1,v1=\xe9"])
def test_the_snippet_survives_garbage(check: Check, header: str) -> None:
    assert not check(b"k3y", header, b"{}")


def test_the_snippet_refuses_what_is_old(check: Check) -> None:
    now_s = int(time.time())
    assert check(b"k3y", signature("k3y", now_s, b"{}"), b"{}")
    assert not check(b"k3y", signature("k3y", now_s - 301, b"{}"), b"{}")
    assert not check(b"k3y", signature("k3y", now_s + 600, b"{}"), b"{}")


def test_the_body_on_the_page_is_a_message_field_by_field() -> None:
    shown = msgspec.json.decode(JSON_BLOCKS[0].encode())
    decoded = msgspec.json.decode(JSON_BLOCKS[0].encode(), type=Message)
    assert msgspec.to_builtins(decoded) == shown


def test_the_answer_on_the_page_acknowledges() -> None:
    said = msgspec.json.decode(JSON_BLOCKS[1].encode(), type=_Acknowledged).acknowledged
    assert (said.call_id, said.person, said.rev) == ("riverside-3-12-1", "anna", 3)
