"""The pure core: facts in, events out, one state.

Nothing here may read a clock, draw a random number, open a file or socket, or log. All time is
integer milliseconds of the engine. Replaying the events gives the state back, byte for byte.
"""
