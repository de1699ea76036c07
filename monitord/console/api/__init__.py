"""The HTTP API of the console process: what programs, and people's own programs, read and ask.

Everything is drawn from the replica and every command goes to the daemon, as with the pages. It
never takes a cookie, never shows a program what is hidden from programs, and decides nothing.
"""
