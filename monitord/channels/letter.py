"""The mail that carries a call: who, what, and the link that takes it (pure).

Nothing that people wrote can become a header: an address is taken only in a narrow form, the
subject is one plain line, and everything else goes into the encoded body.
"""

import hashlib
import re
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from monitord.channels.contract import Message
from monitord.channels.words import plain

ADDRESS_CHARS_MAX: Final = 254
SUBJECT_CHARS_MAX: Final = 150

LINK_WORDS: Final = (
    "To take it, open this link and press the button. Opening the link alone changes nothing."
)

_LOCAL: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS: Final = re.compile(
    rf"(?=.{{1,64}}@){_LOCAL}(?:\.{_LOCAL})*@(?P<domain>{_LABEL}(?:\.{_LABEL})*)"
)
_CALL_ID: Final = re.compile(r"[A-Za-z0-9-]{1,120}")


def is_address(text: str) -> bool:
    """Whether ``text`` is one bare mail address, as ``anna@example.org``; ASCII, unquoted."""
    return len(text) <= ADDRESS_CHARS_MAX and _ADDRESS.fullmatch(text) is not None


def letter(message: Message, sender: str, prefix: str, sent_utc_ms: int) -> bytes:
    """The mail for ``message`` as bytes with CRLF, all ASCII.

    ``sender`` and ``message.to`` have passed `is_address`. A repeat of a call has the same
    ``Message-ID``, so that the mail program shows it once. Raises ``ValueError`` for addresses
    that have not.
    """
    if not is_address(sender) or not is_address(message.to):
        raise ValueError("not a mail address")
    mail = EmailMessage(policy=SMTP)
    mail["Date"] = format_datetime(datetime.fromtimestamp(sent_utc_ms // 1000, UTC))
    mail["From"] = sender
    mail["To"] = message.to
    mail["Message-ID"] = f"<{_stem(message.call_id)}@{sender.rpartition('@')[2]}>"
    mail["Subject"] = _subject(message, prefix)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(_body(message), cte="quoted-printable")
    return mail.as_bytes()


def _stem(call_id: str) -> str:
    """The call's id as the left side of a ``Message-ID``."""
    if _CALL_ID.fullmatch(call_id):
        return call_id
    return hashlib.sha256(call_id.encode("utf-8", "replace")).hexdigest()


def _subject(message: Message, prefix: str) -> str:
    """Place and gate, because a list of mails shows the first words and no more; TEST before all.

    ``=?`` opens an encoded word, which a mail program (and `EmailMessage` itself) would decode
    into whatever it hides, line ends included: it is taken apart.
    """
    words = f"{prefix} {message.incident.text}"
    if message.test:
        words = f"TEST {prefix} {message.incident.text.removeprefix('TEST. ')}"
    words = plain(words).replace("=?", "= ?")
    return words if len(words) <= SUBJECT_CHARS_MAX else f"{words[: SUBJECT_CHARS_MAX - 3]}..."


def _body(message: Message) -> str:
    parts = [plain(message.incident.text)]
    if message.acknowledge_url is not None:
        parts += [LINK_WORDS, plain(message.acknowledge_url)]
    return "\n\n".join(parts) + "\n"
