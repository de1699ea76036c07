"""A scenario in real time: each line at its time, each expectation as soon as it is decided."""

from typing import Any, Final

from monitord.cli.simulate.desk import Desk
from monitord.cli.simulate.say import Teller
from monitord.testing.judge import Seen, Verdict, judge
from monitord.testing.scenario import HOLDS, Act, Scenario

TURN_S: Final = 0.05
#: How long it goes on after its last line, for what must never happen.
EPILOGUE_MS: Final = 2_000


def play(scenario: Scenario, desk: Desk) -> list[Verdict]:
    """Play it until all is decided; what came of each expectation, in the order of the file."""
    tell = desk.tell
    tell.print(f"Scenario {scenario.name}: {len(scenario.acts)} lines, "
               f"{len(scenario.expectations)} expectations.")  # fmt: skip
    waiting = sorted(scenario.acts, key=lambda act: act.at_ms)
    ends = [act.ends_ms for act in waiting]
    ends += [e.of_ms + (e.within_ms or 0) for e in scenario.expectations]
    end_ms = max(ends, default=0) + EPILOGUE_MS
    told: set[int] = set()
    desk.begin()
    while (now_ms := tell.elapsed_ms()) < end_ms:
        while waiting and waiting[0].at_ms <= now_ms:
            _do(waiting.pop(0), desk)
        desk.turn(TURN_S)
        verdicts = judged(scenario, desk, over=False)
        _tell(verdicts, told, tell)
        if not waiting and desk.at_rest and all(v.met is not None for v in verdicts):
            break
    verdicts = judged(scenario, desk, over=True)
    _tell(verdicts, told, tell)
    met = sum(bool(verdict.met) for verdict in verdicts)
    tell.print()
    tell.print(f"{met} of {len(verdicts)} expectations met.")
    return verdicts


def judged(scenario: Scenario, desk: Desk, *, over: bool) -> list[Verdict]:
    """Every expectation as it stands."""
    seen = Seen(
        scenario.site, desk.dials, desk.events, desk.tell.elapsed_ms(), desk.stood_on_handover
    )
    return [judge(expected, seen, over=over) for expected in scenario.expectations]


def view_of(scenario: Scenario, verdicts: list[Verdict], desk: Desk) -> dict[str, Any]:
    """The outcome for a program."""
    return {
        "scenario": scenario.name,
        "met": all(verdict.met for verdict in verdicts),
        "expectations": [
            {
                "line": verdict.expectation.line,
                "expected": verdict.expectation.words,
                "met": bool(verdict.met),
                "at_ms": verdict.at_ms,
            }
            for verdict in verdicts
        ],
        "calls": [rang._asdict() for rang in desk.dials],
    }


def _do(act: Act, desk: Desk) -> None:
    match act.what:
        case "trip":
            desk.trip(act.to, act.for_ms)
        case "ramp":
            desk.ramp(act.to, act.value, act.for_ms or 0)
        case "short" | "cut" | "masked":
            desk.put(act.to, act.what, act.for_ms)
        case "restore":
            desk.restore(act.to)
        case "fail":
            desk.fail(act.to, act.for_ms)
        case "crash":
            desk.crash(act.for_ms or 0)
        case "acknowledges":
            desk.acknowledge(act.person)
        case "isolates" | "shelves":
            desk.hold(act.person, act.to, HOLDS[act.what], act.for_ms or 0, act.reason)
        case _:
            desk.close(act.person, closing=act.closing)


def _tell(verdicts: list[Verdict], told: set[int], tell: Teller) -> None:
    for number, verdict in enumerate(verdicts):
        if verdict.met is not None and number not in told:
            told.add(number)
            word = "met" if verdict.met else "NOT MET"
            tell.line(word, verdict.expectation.words, strong=not verdict.met)
