"""Workers: processes that run drivers which the daemon must not run itself (laws 5 and 12).

``host``, ``hosting`` and ``speaking`` run in a worker; ``parties``, ``seating``, ``fleet``,
``worker``, ``process``, ``link`` and ``remote`` in the daemon; ``frames``, ``page`` and ``limits``
are what both share. A worker never opens the journal, and nothing that it says is trusted.
"""
