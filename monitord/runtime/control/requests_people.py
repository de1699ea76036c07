"""Requests about accounts and tokens: only for root and the account of the daemon."""

from monitord.runtime.control.request import Request


class UserAdd(Request, frozen=True, tag="user-add"):
    """Give a person of the site their PIN, or their ``duress`` PIN. Only for root and the daemon's
    own account."""

    person: str
    pin: str
    duress: bool = False


class TokenAdd(Request, frozen=True, tag="token-add"):
    """Give a program a token: ``read`` or ``operator``. Only for root and the daemon's account."""

    name: str
    role: str


class TokenRevoke(Request, frozen=True, tag="token-revoke"):
    """Make a token worth nothing."""

    name: str


class Tokens(Request, frozen=True, tag="tokens"):
    """The names of the tokens there are."""


AnyPeopleRequest = UserAdd | TokenAdd | TokenRevoke | Tokens
