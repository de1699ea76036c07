"""The lines that a tester types to drive simulated panels.

``Desk`` runs one line against a row of panels and answers with one line for people. Numbers count
from 0 for inputs and registers, as on the wire, and from 1 for panels.
"""

from collections.abc import Callable, Sequence
from typing import Final

from monitord_simulators.lines import (
    STATES,
    CommandError,
    nearest,
    nothing_left,
    number,
    option,
    parse_duration_ms,
)
from monitord_simulators.panel.faults import Fault, FaultKind
from monitord_simulators.panel.server import Panel
from monitord_simulators.panel.tables import Bits, Registers

HELP: Final = """\
set 3 on                      input 3 of every panel (on, off, 1 or 0)
set panel 2 input 3 off       one input of one panel; also: coil 0 on, register 4 1234, holding 4 7
set panel 2 unit 7 input 3 on one unit of a panel with several
ramp register 4 160 over 10min   evenly to 160; also holding 4, panel 2, unit 7
pulse 3                       input 3 over and back at once: no poll sees it, a counter does
fault hang 5s                 a fault on every panel for 5 s; without a time until 'clear'
fault panel 2 exception code 4 count 3
fault slow delay 700ms unit 7
clear                         end every fault; clear panel 2 ends those of one
reboot 2s                     gone for 2 s, then inputs blank for a moment, counters from 0
status                        each panel in a line
at 10s set 3 on               any of these, 10 s from now
help, quit
faults: """ + ", ".join(kind.value for kind in FaultKind)

_RAMPED: Final = {"register": "input", "holding": "holding"}


class Desk:
    """Runs lines against ``panels``."""

    def __init__(self, panels: Sequence[Panel]) -> None:
        self._panels = list(panels)
        self._verbs: dict[str, Callable[[list[str]], str]] = {
            "set": self._set,
            "pulse": self._pulse,
            "ramp": self._ramp,
            "fault": self._fault,
            "clear": self._clear,
            "reboot": self._reboot,
            "status": self._status,
            "help": lambda words: HELP,
        }

    def run(self, line: str) -> str:
        """Run one line and say what was done. Raises ``CommandError``; nothing is done then."""
        words = line.split()
        if not words:
            return ""
        verb = self._verbs.get(words[0])
        if verb is None:
            raise CommandError(f"'{words[0]}' is no command{nearest(words[0], self._verbs)}")
        try:
            return verb(words[1:])
        except CommandError:
            raise
        except ValueError as error:
            raise CommandError(str(error)) from error

    def _set(self, words: list[str]) -> str:
        panels, words = self._choose(words)
        unit, words = _option(words, "unit")
        words = ["input", *words] if words and words[0].isdigit() else words
        match words:
            case [("input" | "coil" | "register" | "holding") as what, address, value]:
                spot = number(address)
            case _:
                raise CommandError("write: set 3 on, or set panel 2 input 3 on")
        write = _writer(what, spot, value)
        for panel in panels:
            _check_spot(panel, unit, what, spot)
        for panel in panels:
            write(panel, unit)
            if what in _RAMPED:
                panel.hold(_RAMPED[what], spot, unit)
        return f"{what} {spot} of {_count(panels)}: {value}"

    def _pulse(self, words: list[str]) -> str:
        panels, words = self._choose(words)
        unit, words = _option(words, "unit")
        match words:
            case [address] | ["input", address]:
                spot = number(address)
            case _:
                raise CommandError("write: pulse 3, or pulse panel 2 input 3")
        for panel in panels:
            _check_spot(panel, unit, "input", spot)
        for panel in panels:
            panel.unit(unit).pulse(spot)
        return f"input {spot} of {_count(panels)}: a pulse"

    def _ramp(self, words: list[str]) -> str:
        panels, words = self._choose(words)
        unit, words = _option(words, "unit")
        match words:
            case [("register" | "holding") as what, address, value, "over", time]:
                spot, to, over_ms = number(address), number(value), parse_duration_ms(time)
            case _:
                raise CommandError("write: ramp register 4 160 over 10min")
        for panel in panels:
            _check_spot(panel, unit, what, spot)
        for panel in panels:
            panel.ramp(_RAMPED[what], spot, to, over_ms, unit)
        return f"{what} {spot} of {_count(panels)}: to {to} in {time}"

    def _fault(self, words: list[str]) -> str:
        panels, words = self._choose(words)
        if not words:
            raise CommandError("write: fault hang 5s; 'help' lists the faults")
        kind = _fault_kind(words[0])
        unit, words = _option(words[1:], "unit")
        code, words = _option(words, "code")
        count, words = _option(words, "count")
        delay_ms, words = _delay(words)
        for_ms = parse_duration_ms(words.pop(0)) if words else None
        if words:
            raise CommandError(f"'{' '.join(words)}' is too much: fault hang 5s")
        if kind is FaultKind.EXCEPTION and code is None:
            raise CommandError("which exception? write: fault exception code 4")
        fault = Fault(
            kind,
            for_ms,
            count,
            code=code or 4,
            delay_ms=300 if delay_ms is None else delay_ms,
            unit=unit,
        )
        for panel in panels:
            panel.unit(unit)
        for panel in panels:
            panel.fault(fault)
        return f"{kind.value} on {_count(panels)}"

    def _clear(self, words: list[str]) -> str:
        panels, words = self._choose(words)
        nothing_left(words, "clear panel 2")
        for panel in panels:
            panel.clear()
        return f"{_count(panels)} in order"

    def _reboot(self, words: list[str]) -> str:
        panels, words = self._choose(words)
        for_ms = parse_duration_ms(words.pop(0)) if words else 2_000
        nothing_left(words, "reboot 2s")
        for panel in panels:
            panel.fault(Fault(FaultKind.REBOOT, for_ms=for_ms))
        return f"{_count(panels)} rebooting for {for_ms} ms"

    def _status(self, words: list[str]) -> str:
        panels, words = self._choose(words)
        nothing_left(words, "status panel 2")
        return "\n".join(_status_of(panel) for panel in panels)

    def _choose(self, words: list[str]) -> tuple[list[Panel], list[str]]:
        number, rest = _option(words, "panel")
        if number is None:
            return self._panels, rest
        if not 1 <= number <= len(self._panels):
            raise CommandError(f"there is no panel {number}: they are 1 to {len(self._panels)}")
        return [self._panels[number - 1]], rest


def _option(words: list[str], name: str) -> tuple[int | None, list[str]]:
    """Take ``name NUMBER`` out of the words, wherever it stands."""
    found, rest = option(words, name)
    return (None if found is None else number(found)), rest


def _delay(words: list[str]) -> tuple[int | None, list[str]]:
    found, rest = option(words, "delay", "a time")
    return (None if found is None else parse_duration_ms(found)), rest


def _writer(what: str, spot: int, text: str) -> Callable[[Panel, int | None], None]:
    if what in ("register", "holding"):
        value = number(text)
        if not -0x8000 <= value <= 0xFFFF:
            raise CommandError(f"{value} does not fit a register: it holds -32768 to 65535")
        if what == "register":
            return lambda panel, unit: panel.unit(unit).registers.set(spot, value)
        return lambda panel, unit: panel.unit(unit).holding.set(spot, value)
    state = STATES.get(text)
    if state is None:
        raise CommandError(f"'{text}' is no state: write on or off")
    if what == "input":
        return lambda panel, unit: panel.unit(unit).discrete.set(spot, state)
    return lambda panel, unit: panel.unit(unit).coils.set(spot, state)


def _check_spot(panel: Panel, unit: int | None, what: str, spot: int) -> None:
    """Raise before anything is changed when one panel of many lacks the address."""
    tables = panel.unit(unit)
    holder: dict[str, Bits | Registers] = {
        "input": tables.discrete,
        "coil": tables.coils,
        "register": tables.registers,
        "holding": tables.holding,
    }
    holder[what].get(spot)


def _fault_kind(word: str) -> FaultKind:
    try:
        return FaultKind(word)
    except ValueError:
        kinds = [kind.value for kind in FaultKind]
        raise CommandError(f"'{word}' is no fault{nearest(word, kinds)}") from None


def _count(panels: Sequence[Panel]) -> str:
    return panels[0].name if len(panels) == 1 else f"{len(panels)} panels"


def _status_of(panel: Panel) -> str:
    tables = panel.unit()
    on = [str(i) for i in range(tables.discrete.size) if tables.discrete.get(i)]
    faults = ", ".join(fault.kind.value for fault in panel.faults()) or "in order"
    return (
        f"{panel.name} port {panel.port}: {faults}; inputs on: {' '.join(on) or 'none'}; "
        f"{panel.connection_count} connected"
    )
