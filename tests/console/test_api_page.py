"""What docs/api.md shows to type is typed, in its order, to a house where an alarm is open."""

import shlex
from typing import Final

import httpx

from monitord.people.tokens import TokenRole
from tests.console.conftest import Console
from tests.house.pages import fences
from tests.runtime.control.house import House
from tests.support import ROOT

_SHOWN: Final = "http://127.0.0.1:8080"


def requests() -> list[list[str]]:
    """Every line that begins with curl, as a shell would hand it over."""
    lines = [line for f in fences(ROOT / "docs" / "api.md") for line in f.text.splitlines()]
    return [shlex.split(line)[1:] for line in lines if line.startswith("curl ")]


async def test_what_the_page_shows_is_carried_out(house: House, console: Console) -> None:
    house.trip()
    bearers = {"$TOKEN": await house.accounts.add_token("building", TokenRole.OPERATOR)}
    shown = requests()
    assert len(shown) > 8
    async with httpx.AsyncClient(base_url=console.url, trust_env=False, timeout=5) as client:
        for words in shown:
            reply = await typed(client, words, bearers)
            if words[-1].endswith("/set"):  # the gallery follows its panel or is set already
                assert reply.status_code in (200, 409), reply.text
                continue
            assert reply.is_success, f"{words}: {reply.text}"
            if words[-1].endswith("/session") and reply.content:
                bearers["$SESSION"] = reply.json()["session"]
    assert "$SESSION" in bearers


async def typed(
    client: httpx.AsyncClient, words: list[str], bearers: dict[str, str]
) -> httpx.Response:
    """One request as curl makes it: ``-d`` is a POST."""
    headers, verb, body = {}, "", None
    rest = iter([word for word in words[:-1] if word != "-N"])
    for word in rest:
        value = next(rest)
        match word:
            case "-H":
                name, _, said = value.partition(": ")
                for sign, text in bearers.items():
                    said = said.replace(sign, text)
                headers[name] = said
            case "-X":
                verb = value
            case "-d":
                body = value
                headers["content-type"] = "application/x-www-form-urlencoded"  # as curl does
            case _:
                raise AssertionError(f"this test does not know curl {word}")
    assert words[-1].startswith(_SHOWN)
    path = words[-1].removeprefix(_SHOWN)
    async with client.stream(
        verb or ("POST" if body else "GET"), path, headers=headers, content=body
    ) as reply:
        if "-N" in words:  # it does not end by itself
            assert await anext(aiter(reply.aiter_lines()))
        else:
            await reply.aread()
    return reply
