"""The imperative shell: engine, supervision of devices, outbox, clock, pulse, plugins."""
