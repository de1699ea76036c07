"""The mail that carries a call: its words, and that nobody writes its headers but monitord."""

from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitord.channels.letter import LINK_WORDS, SUBJECT_CHARS_MAX, is_address, letter
from tests.channels.samples import MESSAGE, VIEW, message

SENDER = "alarm@example.org"
HEADERS = [
    "Date", "From", "To", "Message-ID", "Subject", "Auto-Submitted", "Content-Type",
    "Content-Transfer-Encoding", "MIME-Version",
]  # fmt: skip
ANNA = message(to="anna@example.org")


def test_a_mail_says_what_every_other_channel_says() -> None:
    """C7: the same words, place and gate first; the link last, with what it does."""
    mail = message_from_bytes(letter(ANNA, SENDER, "ALARM", 1_700_000_000_999), policy=default)
    assert (mail["From"], mail["To"]) == (SENDER, "anna@example.org")
    assert mail["Date"] == "Tue, 14 Nov 2023 22:13:20 +0000"
    assert mail["Message-ID"] == "<riverside-3-12-1@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Subject"].startswith("ALARM Gallery 1, first floor. Gate B, King Street.")
    assert mail.get_content_type() == "text/plain"
    lines = mail.get_content().splitlines()
    assert lines == [VIEW.text, "", LINK_WORDS, "", str(MESSAGE.acknowledge_url)]


def test_a_post_gets_no_link_and_no_word_of_one() -> None:
    sent = letter(message(to="desk@example.org", acknowledge_url=None), SENDER, "", 0)
    assert message_from_bytes(sent, policy=default).get_content().strip() == VIEW.text


def test_the_subject_of_a_rehearsal_begins_with_test() -> None:
    text = f"TEST. {VIEW.text}"
    rehearsed = message(to="anna@example.org", test=True, incident={"text": text})
    mail = message_from_bytes(letter(rehearsed, SENDER, "[monitord]", 0), policy=default)
    assert str(mail["Subject"]).startswith(f"TEST [monitord] {VIEW.text[:20]}")


def test_a_repeat_is_the_same_mail() -> None:
    """Law 7."""
    assert letter(ANNA, SENDER, "", 0) == letter(ANNA, SENDER, "", 0)
    first, other = (
        message_from_bytes(letter(message(to="a@b", call_id=call), SENDER, "", 0))["Message-ID"]
        for call in ("riverside-3-12-1", "riverside-3-12-2")
    )
    assert first != other


@pytest.mark.parametrize(
    "address", ["anna@example.org", "a.b+c@x-y.example", "root@localhost", "o'neil@a.b.c"]
)
def test_what_is_an_address(address: str) -> None:
    assert is_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "", "anna", "@example.org", "anna@", "a@b@c", "a b@example.org", "a..b@example.org",
        ".a@example.org", "a@-b.org", "a@b..org", "<a@b.org>", "a@b.org,c@d.org", "a@b.org\n",
        "a\r\nBcc: x@y@b.org", "\xe4@b.org", "a@b.org>", "Anna <a@b.org>", '"a"@b.org',
        "a" * 65 + "@b.org", "a@" + "b" * 64, "a@" + "b." * 130 + "org",
    ],
)  # fmt: skip
def test_what_is_none(address: str) -> None:
    assert not is_address(address)
    with pytest.raises(ValueError, match="not a mail address"):
        letter(message(to=address), SENDER, "", 0)


TEXTS = st.text(max_size=300) | st.sampled_from(
    [
        "a\r\nBcc: x@y",
        "\n\n.\r\n",
        "\r\n.\r\nMAIL FROM:<x>",
        "=??Q?=0D=0ABcc:_x@y?=",
        "\udcff",
        "\x00",
    ]
)


@given(text=TEXTS, prefix=TEXTS, call=TEXTS, person=TEXTS, url=TEXTS | st.none())
def test_nothing_that_people_wrote_becomes_a_header_or_ends_the_mail(
    text: str, prefix: str, call: str, person: str, url: str | None
) -> None:
    """Whatever stands in the words, the headers are ours and the bytes are plain lines."""
    sent = message(
        to="anna@example.org", call_id=call, person=person, acknowledge_url=url,
        incident={"text": text},
    )  # fmt: skip
    raw = letter(sent, SENDER, prefix, 0)
    assert raw.isascii()
    assert b"\x00" not in raw
    assert raw.replace(b"\r\n", b"").find(b"\n") == raw.replace(b"\r\n", b"").find(b"\r") == -1
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    mail = message_from_bytes(raw, policy=default)
    assert sorted(mail.keys()) == sorted(HEADERS)
    assert mail["To"] == "anna@example.org"
    assert len(mail["Subject"]) <= SUBJECT_CHARS_MAX
    assert not mail.defects


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_address_carries_a_header(local: str, domain: str) -> None:
    address = f"{local}@{domain}"
    if is_address(address):
        mail = message_from_bytes(letter(message(to=address), SENDER, "", 0), policy=default)
        assert mail["To"] == address
        assert sorted(mail.keys()) == sorted(HEADERS)
