"""Cameras of which nothing is known but the address of their picture.

``config`` is what a person writes, ``driver`` fetches the picture.
"""

from monitord_drivers.snapshot.config import SnapshotConfig, SnapshotPointConfig
from monitord_drivers.snapshot.driver import SnapshotDriver

__all__ = ["SnapshotConfig", "SnapshotDriver", "SnapshotPointConfig"]
