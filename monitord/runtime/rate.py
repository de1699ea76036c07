"""How often somebody may ask: a fixed number in a window, per key, in bounded memory."""

import asyncio
from collections import OrderedDict


class Rate:
    """At most ``count`` per ``window_s`` and key; the keys longest not seen are forgotten."""

    def __init__(self, count: int, window_s: float, keys_max: int) -> None:
        self._count = count
        self._window_s = window_s
        self._keys_max = keys_max
        self._seen: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def allows(self, key: str) -> bool:
        """Count one more of ``key``; False when it is one too many."""
        now_s = asyncio.get_running_loop().time()
        since_s, count = self._seen.pop(key, (now_s, 0))
        if now_s - since_s >= self._window_s:
            since_s, count = now_s, 0
        self._seen[key] = (since_s, count + 1)
        if len(self._seen) > self._keys_max:
            self._seen.popitem(last=False)
        return count < self._count
