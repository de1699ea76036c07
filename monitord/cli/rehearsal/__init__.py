"""A site on this machine alone: every device and channel simulated, the daemon real.

What ``demo`` and ``simulate`` share. ``plan`` makes the simulated site, ``house`` runs it,
``daemon`` is the daemon's own process. Nothing here connects to anything but loopback.
"""
