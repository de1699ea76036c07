"""What channels and pages are shown of an incident, drawn from the real state."""

from msgspec import structs

from monitord.core.records import AlarmRecord, IncidentRecord
from monitord.core.state import State
from monitord.runtime.rehearsal import marked
from monitord.runtime.views import view
from monitord.vocabulary import Category, Condition, Priority
from tests.channels.samples import SITE

FIRST, SECOND = "east.g1-pir/active", "east.g1-pir/tamper"


def state_with(incident: IncidentRecord) -> State:
    alarms = {
        name: AlarmRecord(
            source="east.g1-pir",
            condition=Condition(name.partition("/")[2]),
            category=Category.INTRUSION,
            area="gallery-1",
            priority=Priority.HIGH,
            latching=True,
        )
        for name in (FIRST, SECOND)
    }
    return State(
        site=SITE, offset_ms=1_795_000_000_000, incidents={incident.number: incident}, alarms=alarms
    )


def incident(first_out: str, alarms: list[str]) -> IncidentRecord:
    return IncidentRecord(
        number=12,
        category=Category.INTRUSION,
        area="gallery-1",
        priority=Priority.HIGH,
        opened_ms=1_500,
        last_alarm_ms=1_500,
        first_out=first_out,
        alarms=alarms,
        rev=3,
    )


def test_the_first_alarm_is_named_and_the_others_are_counted() -> None:
    record = incident(FIRST, [FIRST, SECOND])
    shown = view(state_with(record), record)
    assert (shown.id, shown.number, shown.rev, shown.point) == (
        "riverside-12",
        12,
        3,
        "east.g1-pir",
    )
    assert "Motion: PIR by the east door." in shown.text
    assert "One more alarm since." in shown.text


def test_what_joins_a_declared_incident_is_counted_whole() -> None:
    record = incident("", [FIRST])
    shown = view(state_with(record), record)
    assert "Declared by a person. One more alarm since." in shown.text
    assert shown.point == ""


def test_times_are_utc_with_milliseconds() -> None:
    record = incident(FIRST, [FIRST])
    assert view(state_with(record), record).opened_at == "2026-11-18T11:06:41.500Z"


def test_in_a_rehearsal_every_text_begins_with_test() -> None:
    record = incident(FIRST, [FIRST])
    state = state_with(record)
    assert not view(state, record).text.startswith("TEST")
    state.site = structs.replace(state.site, setup=marked(state.site.setup))
    assert view(state, record).text.startswith("TEST. ")
