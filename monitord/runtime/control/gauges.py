"""The verb for measuring the daemon: how its devices are polled, and how much waits."""

from monitord.runtime.control.desk import Desk
from monitord.runtime.control.protocol import Reply


def gauges(desk: Desk) -> Reply:
    """Every device as it is polled, without its points; and how long each queue is."""
    devices = [
        {
            "device": vitals.device,
            "age_ms": vitals.age_ms,
            "latency_us": vitals.latency_us,
            "polls": vitals.polls,
            "missed": vitals.missed,
            "errors": vitals.errors,
        }
        for vitals in desk.frame().devices
    ]
    return {"ok": True, "devices": devices, "waiting": dict(desk.depths())}
