"""monitord: watches the detectors, panels and cameras of a site and calls people, in order."""

__version__ = "0.1.0"
