"""Playing a scenario: on virtual time, through the real drivers, and judged by its expectations.

Everybody is silent unless the scenario has them act; every telephone works.
"""

from functools import partial
from typing import Final, NamedTuple

from monitord.core.state import State
from monitord.core.step import apply
from monitord.runtime.control.view_handover import names, sheet
from monitord.testing import checks_calls, checks_journal
from monitord.testing.closing import Closing
from monitord.testing.evidence import Evidence
from monitord.testing.history import Asked
from monitord.testing.judge import Happened, Verdict, judge
from monitord.testing.judge import Seen as Judged
from monitord.testing.people import Holding
from monitord.testing.scenario import HOLDS, Act, Scenario
from monitord.testing.scenario_file import ScenarioError
from monitord.testing.script import (
    CrashAt,
    CrashPlan,
    Fault,
    Manners,
    Move,
    PanelTrouble,
    Script,
    Setting,
)
from monitord.testing.simulation import Outcome, Simulation

#: The daemon gets to know the site before the story begins.
PRELUDE_MS: Final = 60_000
#: How long the story goes on after its last line.
EPILOGUE_MS: Final = 10_000
DOWN_MS: Final = 2_000
#: A story that is longer is leapt through, from one change of a device to the next.
LEAP_FROM_MS: Final = 3_600_000

_ALWAYS: Final = (
    checks_calls.repeated_only_after_unknown,
    checks_calls.bounded,
    checks_journal.replay_equals_live,
    checks_journal.nothing_accepted_is_lost,
    checks_journal.chain_verifies,
)


class Played(NamedTuple):
    """What came of a scenario; ``missed`` names each expectation that was not met."""

    outcome: Outcome
    missed: list[str]


def play(scenario: Scenario) -> Played:
    """Play it to its end. Raises ``ScenarioError`` for what no world can do."""
    script = script_of(scenario)
    compiled = scenario.compiled
    simulation = Simulation(
        script,
        compiled.site,
        full=True,
        leap=script.end_ms > LEAP_FROM_MS,
        texts=compiled.texts,
        healed_ms=0,
        wall_ms=scenario.start_utc_ms - PRELUDE_MS,
    )
    for act in scenario.acts:
        if act.what in ("acknowledges", "closes"):
            asked = Asked.ACKNOWLEDGE if act.what == "acknowledges" else Asked.CLOSE
            at_ms, closing = PRELUDE_MS + act.at_ms, act.closing or Closing()
            simulation.people.plan(at_ms, asked, 0, act.person, closing)
        elif act.what in HOLDS:
            holding = Holding(act.to, HOLDS[act.what], act.for_ms or 0, act.reason)
            simulation.people.plan_holding(PRELUDE_MS + act.at_ms, act.person, holding)
    outcome = simulation.run()
    evidence = Evidence(script, compiled.site, outcome.history, outcome.store.rows)
    missed = [v.expectation.words for v in _judged(scenario, outcome) if not v.met]
    wrong = [found for run in _ALWAYS for found in run(evidence)]
    return Played(outcome, missed + wrong)


def script_of(scenario: Scenario) -> Script:
    """The scenario as a world's script. Raises ``ScenarioError`` for acts that contradict."""
    ends = [a.ends_ms for a in scenario.acts]
    ends += [e.of_ms + (e.within_ms or 0) for e in scenario.expectations]
    end_ms = PRELUDE_MS + max(ends, default=0) + EPILOGUE_MS
    acts = sorted(scenario.acts, key=lambda act: act.at_ms)
    site = scenario.site
    if end_ms > LEAP_FROM_MS and any(act.what == "ramp" for act in acts):
        raise ScenarioError(
            "a story of more than an hour is leapt through, which sees no ramp: make it shorter"
        )
    return Script(
        seed=scenario.name,
        end_ms=end_ms,
        moves={p: moves for p in site.points if (moves := _moves(p, acts))},
        settings={p: settings for p in site.points if (settings := _settings(p, acts))},
        troubles={d: of for d in site.devices if (of := _troubles(d, acts, end_ms))},
        crashes=tuple(
            CrashPlan(PRELUDE_MS + act.at_ms, CrashAt.ANYWHERE, act.for_ms or DOWN_MS)
            for act in acts
            if act.what == "crash"
        ),
        manners=Manners(ignores=1.0, forgets_to_close=1.0),
    )


def _moves(point: str, acts: list[Act]) -> tuple[Move, ...]:
    moves: list[Move] = []
    for act in acts:
        if act.to != point or act.what not in ("trip", "restore"):
            continue
        at_ms, active = PRELUDE_MS + act.at_ms, act.what == "trip"
        last = moves[-1] if moves else Move(0, active=False)
        if active is last.active or at_ms <= last.at_ms:
            raise ScenarioError(f"{point} cannot {act.what} at {act.at_ms} ms: it is so already")
        moves.append(Move(at_ms, active=active))
        if active and act.for_ms is not None:
            moves.append(Move(at_ms + act.for_ms, active=False))
    return tuple(moves)


def _settings(point: str, acts: list[Act]) -> tuple[Setting, ...]:
    settings: list[Setting] = []
    for act in acts:
        at_ms = PRELUDE_MS + act.at_ms
        if act.to != point or act.what not in ("short", "cut", "masked", "ramp"):
            continue
        if act.what == "ramp":
            settings.append(Setting(at_ms, to=act.value, over_ms=act.for_ms or 0))
            continue
        settings.append(Setting(at_ms, act.what))
        if act.for_ms is not None:
            settings.append(Setting(at_ms + act.for_ms, "rest"))
    return tuple(sorted(settings))


def _troubles(device: str, acts: list[Act], end_ms: int) -> tuple[PanelTrouble, ...]:
    troubles: list[PanelTrouble] = []
    for act in acts:
        at_ms = PRELUDE_MS + act.at_ms
        if act.to != device or act.what not in ("fail", "restore"):
            continue
        open_still = bool(troubles) and troubles[-1].until_ms > at_ms
        if open_still is (act.what == "fail"):
            raise ScenarioError(f"{device} cannot {act.what} at {act.at_ms} ms: it is so already")
        if act.what == "restore":
            troubles[-1] = troubles[-1]._replace(until_ms=at_ms)
        else:
            until_ms = end_ms if act.for_ms is None else at_ms + act.for_ms
            troubles.append(PanelTrouble(at_ms, until_ms, Fault.CUT))
    return tuple(troubles)


def _judged(scenario: Scenario, outcome: Outcome) -> list[Verdict]:
    """What came of each expectation; the scenario's times begin after the prelude."""
    seen = Judged(
        site=outcome.site,
        dials=[_Rang(d.at_ms - PRELUDE_MS, d.person, d.text) for d in outcome.history.dials],
        events=[
            Happened(seen.at_ms - PRELUDE_MS, event)
            for seen in outcome.history.seen
            for event in seen.entry.events
        ],
        until_ms=outcome.script.end_ms - PRELUDE_MS,
        handover=partial(_handover, outcome),
    )
    return [judge(expected, seen, over=True) for expected in scenario.expectations]


def _handover(outcome: Outcome, at_ms: int) -> frozenset[str]:
    """What stood on the sheet, rebuilt from what had been stored by then."""
    state = State()
    for seen in outcome.history.seen:
        if seen.stored and seen.at_ms <= PRELUDE_MS + at_ms:
            apply(state, seen.entry)
    return names(sheet(state, state.utc_ms(state.at_ms)))


class _Rang(NamedTuple):
    at_ms: int
    person: str
    text: str
