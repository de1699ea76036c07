"""The simulated panel itself: bytes in, actions out, no socket and no clock."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitord_simulators.panel import (
    Close,
    Conversation,
    Fault,
    FaultKind,
    PanelCore,
    Reset,
    Send,
    StopReading,
    build_panels,
)
from monitord_simulators.panel.tables import Unit


def _core(seed: int = 0) -> PanelCore:
    unit = Unit(inputs=20, coils=20, registers=4, holding=4)
    return PanelCore({1: unit}, seed)


def _frame(pdu: str, number: int = 1, unit: int = 1) -> bytes:
    data = bytes.fromhex(pdu)
    return (
        number.to_bytes(2, "big")
        + b"\0\0"
        + (len(data) + 1).to_bytes(2, "big")
        + bytes((unit,))
        + data
    )


def _answer(core: PanelCore, pdu: str, unit: int = 1) -> str:
    (action,) = core.converse().receive(_frame(pdu, unit=unit), 0)
    assert isinstance(action, Send)
    assert action.data[:6] == b"\0\1\0\0" + (len(action.data) - 6).to_bytes(2, "big")
    assert action.data[6] == unit
    return action.data[7:].hex()


@pytest.mark.parametrize(
    ("request_pdu", "answer_pdu"),
    [
        ("02 0000 0014", "0203 000000"),
        ("02 0000 0015", "8202"),  # one past the end fails whole
        ("02 0014 0001", "8202"),
        ("02 0000 0000", "8203"),
        ("02 0000 07d1", "8203"),
        ("02 0000", "8203"),
        ("03 0000 007e", "8303"),
        ("04 0003 0002", "8402"),
        ("05 0003 1234", "8503"),
        ("05 0014 ff00", "8502"),
        ("06 0004 0001", "8602"),
        ("0f 0000 0003 01 05", "0f00000003"),
        ("0f 0000 0003 02 05", "8f03"),
        ("10 0000 0002 04 00010002", "1000000002"),
        ("10 0003 0002 04 00010002", "9002"),
        ("2b 0e01 00", "ab01"),
    ],
)
def test_right_and_refused_requests(request_pdu: str, answer_pdu: str) -> None:
    assert _answer(_core(), request_pdu) == bytes.fromhex(answer_pdu).hex()


def test_an_unknown_unit_is_answered_as_by_a_gateway() -> None:
    assert _answer(_core(), "02 0000 0001", unit=9) == "820b"


def test_what_is_written_is_read() -> None:
    core = _core()
    assert _answer(core, "05 0009 ff00") == "050009ff00"
    assert _answer(core, "01 0008 0003") == "010102"
    assert _answer(core, "0f 0000 000a 02 0503") == "0f0000000a"
    assert _answer(core, "01 0000 000a") == "01020503"
    assert _answer(core, "06 0001 8001") == "0600018001"
    assert _answer(core, "03 0001 0001") == "03028001"
    assert [seen.function for seen in core.seen] == [5, 1, 15, 1, 6, 3]


@given(st.lists(st.integers(1, 30), max_size=20))
def test_the_stream_may_be_cut_anywhere(cuts: list[int]) -> None:
    requests = b"".join(_frame("02 0000 0014", number) for number in range(1, 6))
    conversation, actions = _core().converse(), []
    for cut in [*cuts, len(requests)]:
        actions += conversation.receive(requests[:cut], 0)
        requests = requests[cut:]
    assert [a.data[:2] for a in actions if isinstance(a, Send)] == [
        bytes((0, n)) for n in range(1, 6)
    ]


@given(st.binary(max_size=300))
def test_no_bytes_break_the_panel(data: bytes) -> None:
    conversation = _core().converse()
    for action in conversation.receive(data, 0):
        assert isinstance(action, Send | Close)


def _with(fault: Fault, core: PanelCore | None = None) -> Conversation:
    core = core or _core()
    core.inject(fault, 0)
    return core.converse()


def test_faults_of_the_connection() -> None:
    request = _frame("02 0000 0014")
    assert _with(Fault(FaultKind.HANG)).receive(request, 0) == []
    half_open = _with(Fault(FaultKind.HALF_OPEN))
    assert half_open.receive(request, 0) == [StopReading()]
    assert half_open.receive(request, 0) == [], "never again on this connection"
    first, second = _with(Fault(FaultKind.RESET)).receive(request, 0)
    assert isinstance(first, Send)
    assert 0 < len(first.data) < 12
    assert second == Reset()
    (slow,) = _with(Fault(FaultKind.SLOW, delay_ms=700)).receive(request, 0)
    assert isinstance(slow, Send)
    assert slow.after_ms == 700


def test_a_fault_ends_after_its_time_or_its_count() -> None:
    core = _core()
    timed = _with(Fault(FaultKind.HANG, for_ms=100), core)
    assert timed.receive(_frame("02 0000 0001"), 99) == []
    assert [fault.kind for fault in core.faults(99)] == [FaultKind.HANG]
    assert len(timed.receive(_frame("02 0000 0001"), 100)) == 1
    assert not core.faults(100)
    counted = _with(Fault(FaultKind.HANG, count=2), core)
    answers = [len(counted.receive(_frame("02 0000 0001"), 0)) for _ in range(4)]
    assert answers == [0, 0, 1, 1]


def test_a_late_panel_answers_one_request_behind() -> None:
    conversation = _with(Fault(FaultKind.LATE))
    assert conversation.receive(_frame("02 0000 0001", 1), 0) == []
    for number in (2, 3):
        (action,) = conversation.receive(_frame("02 0000 0001", number), 0)
        assert isinstance(action, Send)
        assert int.from_bytes(action.data[:2], "big") == number - 1


def test_garbage_repeats_with_its_seed() -> None:
    def garbage(seed: int) -> list[object]:
        return list(_with(Fault(FaultKind.GARBAGE), _core(seed)).receive(_frame("02 0000 0001"), 0))

    assert garbage(1) == garbage(1)
    assert garbage(1) != garbage(2)


def test_a_reboot_in_the_course_of_time() -> None:
    core = _core()
    core.units[1].discrete.set(0, value=True)
    core.units[1].registers.set(0, 7)
    core.units[1].coils.set(0, value=True)
    core.inject(Fault(FaultKind.REBOOT, for_ms=100, delay_ms=50), 1_000)
    assert core.converse().receive(_frame("02 0000 0001"), 1_099) == [Reset()]
    answers = [core.answer(_frame("02 0000 0001"), at_ms)[-1] for at_ms in (1_100, 1_149, 1_150)]
    assert answers == [0, 0, 1], "blank at first, then as the field has it"
    assert core.answer(_frame("04 0000 0001"), 1_150)[-1] == 0, "counters begin anew"
    assert core.answer(_frame("01 0000 0001"), 1_150)[-1] == 0, "outputs are off"


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": FaultKind.EXCEPTION, "code": 256},
        {"kind": FaultKind.SLOW, "delay_ms": 60_001},
        {"kind": FaultKind.HANG, "count": 0},
        {"kind": FaultKind.HANG, "for_ms": -1},
        {"kind": FaultKind.REBOOT, "unit": 1},
    ],
)
def test_faults_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        Fault(**wrong)  # type: ignore[arg-type]


def test_panels_are_built_from_device_sections() -> None:
    """One panel per address, one unit per section, every contact at rest."""
    east = {
        "id": "east",
        "address": "tcp://127.0.0.1:15020",
        "points": {
            "pir": {"read": "discrete/0"},
            "case": {"read": "manual/10003", "wiring": "normally-closed"},
            "river": {"read": "input/4"},
        },
        "outputs": {"siren": {"write": "coil/2"}},
    }
    west = {
        "id": "west",
        "address": "tcp://127.0.0.1:15020",
        "unit": "7",
        "points": {"door": {"read": "coil/1"}},
    }
    north = {
        "id": "north",
        "address": "tcp://127.0.0.2",
        "points": {"beam": {"read": "discrete/9"}},
    }
    first, second = build_panels([east, west, north])
    assert [(b.host, b.port) for b in (first, second)] == [
        ("127.0.0.1", 15_020),
        ("127.0.0.2", 502),
    ]
    unit = first.panel.unit(1)
    assert (unit.discrete.size, unit.registers.size, unit.coils.size) == (3, 5, 3)
    assert [unit.discrete.get(i) for i in range(3)] == [False, False, True]

    first.set_active("east.pir", active=True)
    first.set_active("east.case", active=True)
    first.set_active("west.door", active=True)
    first.set_value("east.river", 120)
    assert [unit.discrete.get(i) for i in range(3)] == [True, False, False]
    assert first.panel.unit(7).coils.get(1)
    assert unit.registers.get(4) == 120
    with pytest.raises(ValueError, match=r"no point east\.beam"):
        first.set_active("east.beam", active=True)
    with pytest.raises(ValueError, match=r"east\.river is a register"):
        first.set_active("east.river", active=True)


@pytest.mark.parametrize("read", ["discrete", "discret/1", "manual/20001", "discrete/x"])
def test_a_section_that_cannot_be_built_names_device_and_point(read: str) -> None:
    section = {"id": "east", "address": "tcp://127.0.0.1:1", "points": {"pir": {"read": read}}}
    with pytest.raises(ValueError, match=r"east\.pir"):
        build_panels([section])
