"""MQTT: states, incidents and a few commands for other programs (docs/mqtt.md).

A door, not a channel: nobody is called here. It shows a replica of what is committed and hands
commands to the core; it never delays the engine, a poll or a call.
"""
