"""The control socket: what people and programs on this machine ask of a running daemon.

A Unix socket in the state folder, one JSON object per line. The kernel says who is asking; the
daemon says which person that is. Nothing here decides: commands become facts for the core.
"""
