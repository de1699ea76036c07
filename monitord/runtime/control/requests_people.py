"""Requests about accounts and tokens: only for root and the account of the daemon."""

from monitord.runtime.control.request import Request


class UserAdd(Request, frozen=True, tag="user-add"):
    """Give a person of the site their PIN, or their ``duress`` PIN. Only for root and the daemon's
    own account."""

    person: str
    pin: str
    duress: bool = False


class UserTotp(Request, frozen=True, tag="user-totp"):
    """Set up a second factor: without ``code`` a new secret is made and told, with it that
    ``secret`` is kept. ``remove`` takes theirs away. Only for root and the daemon's own account."""

    person: str
    secret: str = ""
    code: str = ""
    remove: bool = False


class TokenAdd(Request, frozen=True, tag="token-add"):
    """Give a program a token: ``read``, ``operator`` or ``hub``. Only by root and the daemon.

    ``until`` is RFC 3339 with its zone; empty: until it is revoked.
    """

    name: str
    role: str
    until: str = ""


class TokenRevoke(Request, frozen=True, tag="token-revoke"):
    """Make a token worth nothing."""

    name: str


class Tokens(Request, frozen=True, tag="tokens"):
    """The names of the tokens there are."""


class WhichToken(Request, frozen=True, tag="which-token"):
    """The program that a token proves, and what it may do."""

    token: str


AnyPeopleRequest = UserAdd | UserTotp | TokenAdd | TokenRevoke | Tokens | WhichToken
