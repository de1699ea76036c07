"""The guards' console: pages of a process of its own, which is a replica of the daemon (law 3).

It shows what the state says and passes on what people ask. It decides nothing, keeps nothing, and
may hang or die without costing the daemon a poll or a call.
"""
