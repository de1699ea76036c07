"""The page behind an acknowledge link, for somebody who has just been woken: words only.

Plain HTML without scripts or anything from elsewhere. Everything that comes from outside is
escaped here. Showing it must change nothing: mail scanners and previews open links too.
"""

import base64
import hashlib
from html import escape
from typing import Final

from monitord.channels.contract import IncidentView

_STYLE: Final = (
    "body{font:1.25rem/1.5 sans-serif;max-width:34rem;margin:1rem auto;padding:0 1rem;"
    "color:#111;background:#fff}h1{font-size:1.5rem}label{display:block;margin:1rem 0}"
    "input{font:inherit;width:100%;box-sizing:border-box;padding:.5rem}"
    "button{font:inherit;font-weight:bold;width:100%;padding:1rem;margin:1rem 0;"
    "color:#fff;background:#a00;border:0;border-radius:.5rem}"
)
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

HEADERS: Final = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}

PIN_CHARS_MAX: Final = 12
NOTE_CHARS_MAX: Final = 500


def ask(view: IncidentView, person: str, taken_by: tuple[str, ...], *, changed: bool) -> str:
    """The question: what it is, and a button that takes it in ``person``'s name."""
    lines = [f"<p>{escape(_about(view))}</p>"]
    if taken_by:
        lines.append(f"<p>Already taken by {escape(', '.join(taken_by))}.</p>")
    if changed:
        lines.append("<p>This has changed since you were called. You read the newest words.</p>")
    lines.append(
        f'<form method="post"><button>I take it: {escape(person)}</button>'
        '<label>PIN (you may leave it empty)<input name="pin" type="password" '
        f'inputmode="numeric" autocomplete="off" maxlength="{PIN_CHARS_MAX}"></label>'
        '<label>Note (you may leave it empty)<input name="note" '
        f'autocomplete="off" maxlength="{NOTE_CHARS_MAX}"></label></form>'
        "<p>Until somebody takes it, the next people are called.</p>"
    )
    return _page(view.text, "".join(lines))


def say(title: str, text: str) -> str:
    """One plain answer."""
    return _page(title, f"<p>{escape(text)}</p>")


def _about(view: IncidentView) -> str:
    sure = "confirmed" if view.confirmed else "not confirmed"
    return f"Incident {view.number}, priority {int(view.priority)}, {sure}, since {view.opened_at}"


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{escape(title)}</h1>{body}</body></html>\n"
    )
