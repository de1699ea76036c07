"""The site file: models, loader with line numbers, lint, schema, compiled site."""

from monitord.site.findings import Finding, Severity, SiteRefused
from monitord.site.loader import Compiled, check, load
from monitord.site.schema import json_schema
from monitord.site.show import Row, Sheet, show
from monitord.site.types import ChannelTypes, DriverTypes

__all__ = [
    "ChannelTypes",
    "Compiled",
    "DriverTypes",
    "Finding",
    "Row",
    "Severity",
    "Sheet",
    "SiteRefused",
    "check",
    "json_schema",
    "load",
    "show",
]
