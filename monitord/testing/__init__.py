"""PUBLIC: virtual-time world, faults and checkers for tests of monitord and of drivers.

Where to begin: ``standard.standard_site`` gives a site and ``swarm.draw`` a script from a seed;
``simulation.Simulation(script, site).run()`` lives it, ``checkers.check`` judges the outcome and
``report.report`` tells it. ``scenario.read`` and ``rehearsal.play`` do the same for a night that a
person has written down. ``loop`` has the event loop on virtual time under all of it.
"""
