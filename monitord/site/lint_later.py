"""Says which keys this version accepts and does not act on yet, or only shows.

One warning per key, at its first place: a clean check must not let anybody believe that
something is watched when it is not.
"""

from typing import Final

from monitord.site.draft import Draft
from monitord.site.findings import Findings

_CURE: Final = "keep it if you like; until then let something else watch or do this"


def lint_later(draft: Draft, found: Findings) -> None:
    """Tell each such key once, at its first place."""
    rotas = [draft.mark("posts", name, "rota") for name, post in draft.posts.items() if post.rota]
    if rotas:
        also = f" (and at {len(rotas) - 1} more places)" if len(rotas) > 1 else ""
        what = "is shown, but this version does not tell anybody yet when it is not kept"
        found.warning(min(rotas), f"`rota` {what}{also}", _CURE)
