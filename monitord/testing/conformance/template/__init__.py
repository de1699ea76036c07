"""The files that ``monitord driver new`` begins with: a driver that works, and its bench."""
