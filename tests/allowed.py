"""Exceptions to the style of the house, each with its reason. The lists only shrink.

A key is a file, or a folder ending in ``/`` where the rule does not apply at all. An entry that
is not needed any more fails in tests/test_tidy.py, and so does one whose file is gone.
"""

from typing import Final

#: Files allowed to be longer than 400 lines: up to how many, and why.
LONG_FILES: Final[dict[str, tuple[int, str]]] = {}

#: Where `except Exception` may stand: the boundaries that keep one bad thing from the others.
BROAD_EXCEPTS: Final = {
    "monitord/journal/committer.py": "what the disk's thread met is handed on to who awaits it",
    "monitord/journal/recover.py": "law 13: an entry that cannot be applied is set aside and told",
    "monitord/runtime/acknowledge.py": "the per-connection handler: who presses the button hears",
    "monitord/runtime/bound.py": "the boundary to drivers, whoever wrote them",
    "monitord/runtime/building.py": "making a foreign driver",
    "monitord/runtime/channel_set.py": "a channel that cannot be made stops no other",
    "monitord/runtime/control/server.py": "the per-connection handler: it costs one request",
    "monitord/runtime/device.py": "a bug in one device's supervisor costs that device alone",
    "monitord/runtime/engine.py": "law 13: a fact whose step raises changes nothing",
    "monitord/runtime/folder.py": "importing a foreign driver or channel",
    "monitord/runtime/ledger.py": "one listener's bug keeps no entry from the others",
    "monitord/runtime/mqtt/door.py": "a bug in what is published costs one connection",
    "monitord/runtime/picturing.py": "a bug of ours costs one picture, and the next one is fetched",
    "monitord/runtime/resume.py": "law 13: a state that nobody can look at is told as damage",
    "monitord/runtime/plugins.py": "importing a foreign driver or channel",
    "monitord/runtime/workers/hosting.py": "the boundary to drivers, whoever wrote them",
    "monitord/runtime/workers/worker.py": "a bug in the watch over one worker costs one restart",
    "monitord/site/lint_lines.py": "a foreign driver that cannot say what a poll takes",
    "monitord/testing/conformance/battery.py": "a foreign driver or bench fails one check",
    "monitord/testing/conformance/bench.py": "importing a foreign bench",
    "monitord/testing/loop.py": "what a thread would raise is handed on to who awaits it",
}

#: Where tasks may be created outside a task group, and are ended.
CREATES_TASKS: Final = {
    "drivers/monitord_drivers/onvif/listening.py": "events and health, in one task group",
    "monitord/app.py": "puts the daemon's parts together and takes them down",
    "monitord/cli/rehearsal/cameras.py": "simulated cameras on a loop of their own, as panels are",
    "monitord/cli/rehearsal/panels.py": "simulated panels on a loop of their own, stopped with it",
    "monitord/console/desk.py": "follows the daemon while pages are served, and ends it",
    "monitord/runtime/": "the shell: it starts the tasks and stops them",
    "monitord/testing/conformance/": "bounds and cancels a driver's calls, and ends them",
    "monitord/testing/simulation.py": "starts what people of a simulated world do, and ends it",
    "simulators/": "a simulated device answers each connection by itself",
}

#: Who may wait by the loop's clock: everybody else asks the Pacer or keeps a deadline as a field.
SLEEPS: Final = {
    "drivers/monitord_drivers/onvif/feed.py": "a camera that keeps no events is asked if it lives",
    "drivers/monitord_drivers/onvif/listening.py": "its health is looked at once a minute",
    "drivers/monitord_drivers/snapshot/driver.py": "one without events is asked if it is there",
    "monitord/channels/mail.py": "the pause between tries, inside the channel's bound",
    "monitord/channels/webhook.py": "the pause between tries, inside the channel's bound",
    "monitord/console/api/following.py": "the replica is a moment behind the feed",
    "monitord/console/api/looks.py": "gives way to others between the points of a large site",
    "monitord/console/live.py": "changes are gathered before pages are told",
    "monitord/console/tls/serving.py": "the certificate is looked at twice a day",
    "monitord/console/replica.py": "the pause before the daemon is sought again",
    "monitord/people/accounts.py": "a file lock held by another program, in a thread, 2 s at most",
    "monitord/runtime/": "the runtime owns time",
    "monitord/testing/": "virtual time: what waits here is the simulated world",
    "simulators/": "a simulated device takes its time, as devices do",
}

#: Who may read clocks: everybody else is given a Clock.
READS_CLOCKS: Final = {
    "drivers/monitord_drivers/onvif/clock.py": "a camera's clock is compared with ours",
    "monitord/channels/mail.py": "a mail carries the date of sending",
    "monitord/channels/webhook.py": "the signature names the second of sending",
    "monitord/runtime/clock.py": "the Clock itself",
    "simulators/": "a simulated device has a clock of its own, as devices do",
}

#: Who may draw chance: everybody else is given Io.
DRAWS_CHANCE: Final = {
    "monitord/runtime/clock.py": "the Io itself",
}

#: Tests outside tests/system that block a thread on purpose, for less than a tenth of a second.
BLOCKS_IN_TESTS: Final = {
    "tests/drivers/test_conformance.py": "a driver that blocks, which the battery must notice",
    "tests/drivers/test_conformance_listen.py": "the same, of one that listens",
    "tests/people/test_logins.py": "plays a directory that hangs",
    "tests/runtime/test_looplag.py": "blocks the loop, which is what it tests",
    "tests/runtime/test_pacer.py": "blocks the loop, which is what it tests",
}
