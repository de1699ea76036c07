"""What may be written about how a point is read: wiring, resistors, limits."""

from typing import Annotated, Literal

from pydantic import Field

from monitord.site.closed import Closed
from monitord.site.words import Duration, Number, RiseText

Wiring = Literal["normally-open", "normally-closed", "eol1", "eol2", "eol3"]
ShortPulse = Literal["alarm", "glitch"]


class Limits(Closed):
    """Where a measured value becomes an alarm, and where it cannot be believed."""

    high: Number | None = None
    high_high: Number | None = Field(None, alias="high-high")
    low: Number | None = None
    low_low: Number | None = Field(None, alias="low-low")
    rise: RiseText | None = None
    fall: RiseText | None = None
    valid: tuple[Number, Number] | None = None
    deadband: Number | None = None
    on_delay: Duration | None = Field(
        None, alias="on-delay", description="For so long it must be past a limit."
    )
    off_delay: Duration | None = Field(
        None, alias="off-delay", description="For so long it must be back."
    )


Ohm = Annotated[Number, Field(gt=0, le=1_000_000)]


class Loop(Closed):
    """The resistors of a supervised loop, in ohm, and what its register shows when it is cut."""

    end: Ohm = Field(description="At the end of the loop: what a quiet detector leaves.")
    alarm: Ohm | None = Field(None, description="Across the alarm contact, in series.")
    mask: Ohm | None = Field(None, description="Across the mask contact, in series.")
    fault: Ohm | None = Field(None, description="Instead of mask: across a fault contact.")
    pull_up: Ohm | None = Field(
        None, alias="pull-up", description="Of the module; the same as `end` where it is left out."
    )
    full: Annotated[Number, Field(gt=0)] = Field(description="The register when the loop is cut.")
    contact: Literal["normally-open", "normally-closed"] = "normally-closed"
