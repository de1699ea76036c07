"""The files that ``monitord driver new --listen`` begins with: a driver that listens, its bench."""
