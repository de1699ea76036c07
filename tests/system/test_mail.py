"""The way of an alarm by mail with real parts: panel, daemon, mail server, link."""

import re
import urllib.request
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from monitord.core import events as ev
from monitord.vocabulary import Outcome
from tests.peers.build import ModbusServer
from tests.system.daemon import Daemon, free_port, until


class Inbox:
    """What a mail server took; the first ``busy`` tries are told to come back later."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.busy = 1

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.busy:
            self.busy -= 1
            return "451 come back"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return "250 queued"


@pytest.fixture
def inbox(daemon: Daemon) -> Iterator[Inbox]:
    """A mail server in a thread; the daemon's site calls anna over it."""
    made, port = Inbox(), free_port()
    server = Controller(made, hostname="127.0.0.1", port=port)
    server.start()
    text = daemon.config.read_text()
    text = text.replace(
        "channels:\n", f"channels:\n  mail: {{driver: smtp, host: 127.0.0.1, port: {port}}}\n"
    )
    text = text.replace('[{hook: "anna"}]', "[{mail: anna@example.org}]")
    daemon.config.write_text(text.replace("call: anna, by: hook", "call: anna, by: mail"))
    yield made
    server.stop()


def test_an_input_becomes_a_mail_whose_link_acknowledges(
    daemon: Daemon, panels: ModbusServer, inbox: Inbox
) -> None:
    """T8.4, C1, C3: contact, greylisted mail, link; looking at it changes nothing, posting does."""
    daemon.start().wait_until_watching()
    panels.set_input(panels.ports[17], 3, True)
    [mail] = until(lambda: inbox.mails, "the mail arrives")
    assert mail["To"] == "anna@example.org"
    assert mail["Subject"].startswith("Hall 17, floor 17. Gate 17.")
    body = mail.get_content()
    assert body.startswith("Hall 17, floor 17. Gate 17.")
    link = re.search(r"http://\S+", body)
    assert link, body
    with urllib.request.urlopen(link[0], timeout=10) as page:
        assert page.status == 200
    [result] = until(lambda: daemon.events(ev.CallResulted), "the call has an outcome")
    assert result.outcome is Outcome.HANDED_OVER
    assert daemon.events(ev.IncidentAcknowledged) == []
    with urllib.request.urlopen(
        urllib.request.Request(link[0], b"{}", {"Content-Type": "application/json"})
    ):
        pass
    [acknowledged] = daemon.events(ev.IncidentAcknowledged)
    assert (acknowledged.by, acknowledged.seen) == ("anna", 1)
    assert mail["Message-ID"].startswith(f"<{result.call}@")
    assert daemon.stop() == 0
    assert len(inbox.mails) == 1
    assert "anna@example.org" not in daemon.log.read_text()
    assert "anna@example.org" not in repr(daemon.entries())
