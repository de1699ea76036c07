"""Workers: processes that run drivers which the daemon must not run itself (laws 5 and 12).

``host`` and ``hosting`` run in a worker; ``process``, ``link``, ``worker``, ``fleet``, ``seating``
and ``remote`` in the daemon; ``frames`` and ``page`` are what both share. A worker never opens the
journal, and nothing that it says is trusted.
"""
