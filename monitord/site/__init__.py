"""The site file: models, loader with line numbers, lint, schema, compiled site."""

from monitord.site.draft import Line
from monitord.site.findings import Finding, Severity, SiteRefused
from monitord.site.loader import Compiled, Review, check, load, review
from monitord.site.schema import json_schema
from monitord.site.show import Row, Sheet, show
from monitord.site.types import ChannelTypes, DriverTypes

__all__ = [
    "ChannelTypes",
    "Compiled",
    "DriverTypes",
    "Finding",
    "Line",
    "Review",
    "Row",
    "Severity",
    "Sheet",
    "SiteRefused",
    "check",
    "json_schema",
    "load",
    "review",
    "show",
]
