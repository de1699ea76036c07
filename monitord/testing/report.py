"""The story of a run, one line per transition: what a person reads when a seed has failed."""

from collections.abc import Iterator
from typing import Final

from monitord.core import events as ev
from monitord.testing.simulation import Outcome

_HOUR_MS: Final = 3_600_000

#: Events that only repeat what the others tell.
_QUIET: Final = (ev.CallBegan, ev.KeyAnswered, ev.StepSkipped, ev.CallSkipped)


def report(outcome: Outcome, findings: list[str]) -> str:
    """Seed, world, lives and every transition in order of world time, then what was found."""
    script = outcome.script
    summary = (
        f"seed {script.seed}: {script.end_ms / _HOUR_MS:.1f} h,"
        f" {len(outcome.history.lives)} lives, {len(outcome.store.rows)} entries,"
        f" {len(outcome.history.dials)} calls"
    )
    head = [summary, f"manners {script.manners}"]
    lines = [f"{at_ms:>10}  {kind:<8}{text}" for at_ms, _, kind, text in sorted(_lines(outcome))]
    return "\n".join([*head, *lines, *(f"FOUND {finding}" for finding in findings)])


def _lines(outcome: Outcome) -> Iterator[tuple[int, int, str, str]]:
    for order, (at_ms, kind, text) in enumerate((*_world(outcome), *_seen(outcome))):
        yield at_ms, order, kind, text


def _world(outcome: Outcome) -> Iterator[tuple[int, str, str]]:
    script = outcome.script
    for point, moves in script.moves.items():
        for move in moves:
            yield move.at_ms, "world", f"{point} {'opens' if move.active else 'closes'}"
    for device, troubles in script.troubles.items():
        for trouble in troubles:
            yield trouble.from_ms, "world", f"{device} {trouble.fault} until {trouble.until_ms}"
    for span in script.disk:
        yield span.from_ms, "world", f"disk {span.trouble} until {span.until_ms}"
    for step in script.wall_steps:
        yield step.at_ms, "world", f"the wall clock steps by {step.by_ms} ms"
    for life in outcome.history.lives:
        yield life.began_ms, "life", f"{life.number} begins"
        yield life.ended_ms or 0, "life", f"{life.number} ends: {life.how}"


def _seen(outcome: Outcome) -> Iterator[tuple[int, str, str]]:
    for seen in outcome.history.seen:
        mark = "" if seen.stored else " (not stored)"
        for event in seen.entry.events:
            if not isinstance(event, _QUIET):
                yield seen.at_ms, "entry", f"{seen.entry.position}{mark} {_words(event)}"
    for dial in outcome.history.dials:
        words = f"{dial.call} rings {dial.person} by {dial.channel}, revision {dial.rev}"
        yield dial.at_ms, "call", words
    for answer in outcome.history.answers:
        told = answer.code or "accepted"
        words = f"{answer.by} asks to {answer.asked} {answer.incident} as of {answer.seen}: {told}"
        yield answer.at_ms, "person", words


def _words(event: ev.AnyEvent) -> str:
    """The event's name and the fields that say what it is about."""
    fields = {
        name: getattr(event, name)
        for name in event.__struct_fields__
        if name not in ("chain", "site", "texts", "version")
    }
    shown = " ".join(f"{name}={value}" for name, value in fields.items() if value not in ("", None))
    return f"{type(event).__name__} {shown}"
