"""Cameras that speak ONVIF: their events, their health, their pictures.

``place``, ``meaning`` and ``config`` are what a person writes. ``answers`` and, beside
this package, ``http`` bound what
a camera may do to us, ``library`` writes and signs what is asked, ``session`` knows one camera,
``driver`` joins them. The daemon imports the first three and the driver; the rest, and the
libraries, are imported in the worker when a camera is opened.
"""

from monitord_drivers.onvif.config import OnvifConfig, OnvifPointConfig
from monitord_drivers.onvif.driver import OnvifDriver

__all__ = ["OnvifConfig", "OnvifDriver", "OnvifPointConfig"]
