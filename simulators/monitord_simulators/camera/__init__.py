"""Simulated cameras that can misbehave in every way that real ones do.

``room``, ``spoil`` and ``scene`` make the picture. ``device`` is the camera, ``*_service`` answer
SOAP from it, ``quirks`` are what makes of cameras do always and ``faults`` what goes wrong with
one. ``h264``, ``rtp`` and ``rtsp`` make its stream. ``web`` puts it on a port,
``discovery`` lets it be found, ``camera`` hands it to tests. Nothing here knows the code it tests.
"""

from monitord_simulators.camera.camera import PASSWORD, USER, SimulatedCamera
from monitord_simulators.camera.discovery import Discovery
from monitord_simulators.camera.faults import CameraFault
from monitord_simulators.camera.quirks import PROFILES, Quirks
from monitord_simulators.camera.scene import SIZE, SIZE_LARGE, Light, Scene
from monitord_simulators.camera.spoil import PictureFault, Spoil
from monitord_simulators.camera.topics import TOPICS, Operation

__all__ = [
    "PASSWORD",
    "PROFILES",
    "SIZE",
    "SIZE_LARGE",
    "TOPICS",
    "USER",
    "CameraFault",
    "Discovery",
    "Light",
    "Operation",
    "PictureFault",
    "Quirks",
    "Scene",
    "SimulatedCamera",
    "Spoil",
]
