"""Sirens, strobes and relays: what each is to be, and what its device says.

Pure; see :mod:`monitord.runtime.control.view` for what holds of every view.
"""

from monitord.core.records import OutputRecord
from monitord.core.site import Output
from monitord.core.state import State
from monitord.runtime.control import view
from monitord.runtime.control.view import View


def outputs(state: State, now_ms: int) -> View:
    """Every output, in the order of the site file."""
    return {
        **view.head(state, now_ms),
        "outputs": [output(state, one, now_ms) for one in state.site.outputs.values()],
    }


def output(state: State, declared: Output, now_ms: int) -> View:
    """``is``: on, off, or unknown as long as its device has not said that it did so (law 4)."""
    record = state.outputs.get(declared.id, OutputRecord())
    due_ms = state.deadlines.get(f"output:{declared.id}")
    is_now = ("on" if record.on else "off") if record.done else "unknown"
    return {
        "output": declared.id,
        "name": declared.name,
        **view.place(state, declared.area),
        "kind": declared.kind.value,
        "is": is_now,
        "to_be": "on" if record.on else "off",
        "since": view.moment(state, record.since_ms),
        "why": record.why,
        "incidents": list(record.incidents),
        "left_s": None if due_ms is None else max(0, -(-(due_ms - now_ms) // 1000)),
        "failed": record.failed,
        "on_for": [category.value for category in declared.on],
        "max_on_s": declared.max_on_ms // 1000,
        "timed": declared.timed,
    }
