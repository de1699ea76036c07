"""What no site file may hold, whatever it means: secrets, passwords in addresses, NaN.

It must never quote the value that it refuses.
"""

import re
from functools import lru_cache
from typing import Final

from monitord.site.findings import Findings, Mark
from monitord.site.nodes import Mapping, Node, Scalar

CREDENTIAL: Final = "credential"
_CREDENTIAL_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SECRETS: Final = frozenset(
    {"password", "passwd", "passphrase", "secret", "token", "pin", "passcode", "bearer"}
)
_SECRET_KEYS: Final = frozenset({"api", "private", "access", "signing", "shared"})
_NOT_NUMBERS: Final = frozenset(
    sign + word for sign in ("", "+", "-") for word in (".nan", "nan", ".inf", "inf", "infinity")
)
_USERINFO: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/@\s?#]*:[^/@\s?#]*@")
_QUERY_SECRET: Final = re.compile(
    r"[?&](?:[a-z]+[-_])?(?:password|passwd|secret|token|key|apikey|pin)=[^&\s]", re.IGNORECASE
)


@lru_cache(maxsize=1024)
def is_secret(key: str) -> bool:
    """Whether a key of this name holds something that must not stand in the file."""
    words = key.lower().replace("_", "-").split("-")
    if words[-1] in _SECRETS or words[-1] == "apikey":
        return True
    return words[-1] == "key" and len(words) > 1 and words[-2] in _SECRET_KEYS


def screen_scalar(text: str, *, plain: bool, mark: Mark, found: Findings) -> None:
    """Refuse nothing-at-all, NaN and infinity, and passwords in addresses."""
    if not text:
        if plain:
            found.error(mark, "a key without a value", "write the value, or take the key out")
        return
    if plain and len(text) <= 9 and text.lower() in _NOT_NUMBERS:
        found.error(
            mark, f"{text} is not a number to compare with", "write a number, or quote the word"
        )
    if "://" not in text:
        return
    if _USERINFO.search(text):
        found.error(
            mark,
            "a password stands in an address",
            "take it out, and write `password: {credential: NAME}` beside the address",
        )
    elif _QUERY_SECRET.search(text):
        found.warning(
            mark,
            "this address carries what looks like a key; whoever reads the file can use it",
            "use a gateway that takes `secret: {credential: NAME}` instead",
        )


def screen_secret(key: str, node: Node, mark: Mark, found: Findings) -> None:
    """Refuse anything but ``{credential: NAME}`` where a secret belongs."""
    if key == CREDENTIAL:
        if not isinstance(node, Scalar) or not _CREDENTIAL_NAME.fullmatch(node.text):
            found.error(
                mark,
                "a credential is named with letters, digits, dots and dashes, 64 at most",
                "write the name under which `monitord credential set NAME` stores it",
            )
        return
    if not is_secret(key):
        return
    if isinstance(node, Mapping) and list(node.entries) == [CREDENTIAL]:
        return
    found.error(
        mark,
        f"a secret stands in the file (`{key}`)",
        f"write `{key}: {{credential: NAME}}` and set it with `monitord credential set NAME`; then "
        "change the secret, because this one has been seen",
    )
