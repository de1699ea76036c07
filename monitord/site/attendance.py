"""``attendance:`` of a site file: its cross checks, and what the core gets of it."""

from typing import Final

from monitord.core import site as core
from monitord.site.draft import Draft
from monitord.site.findings import Findings, did_you_mean, quoted
from monitord.vocabulary import Role

#: One who comes late is followed by the next; of one alone there is nobody to follow.
HOLDERS_GOOD: Final = 2
CHECK_CALL_MS_GOOD: Final = 15 * 60_000


def lint_attendance(draft: Draft, found: Findings) -> None:
    """Check that the keyholders are people, enough of them, and heard of often enough."""
    attendance = draft.attendance
    if attendance is None:
        return
    roles = [role.value for role in Role]
    people: set[str] = set()
    for index, name in enumerate(attendance.keyholders):
        at = draft.mark("attendance", "keyholders", index)
        meant = {p for p, model in draft.people.items() if name in (p, model.role.value)}
        people |= meant
        if meant or draft.has("people", name):
            continue
        if name in roles:
            found.error(at, f"nobody is a {name}", "give somebody this role, or name a person")
        else:
            known = [*draft.ids.get("people", ()), *roles]
            cure = did_you_mean(name, known, "name a person or a role")
            found.error(at, f"{quoted(name)} is no person and no role", cure)
    if 0 < len(people) < HOLDERS_GOOD:
        found.warning(
            draft.mark("attendance", "keyholders"),
            "one keyholder alone: when they do not arrive there is nobody else to come",
            "name a second one",
        )
    if attendance.check_call > CHECK_CALL_MS_GOOD:
        found.warning(
            draft.mark("attendance", "check-call"),
            "somebody alone inside may lie hurt for longer than 15 min before anybody asks",
            "write 15min or less",
        )


def compile_attendance(draft: Draft) -> core.Attendance:
    """As written, else the safe defaults."""
    written = draft.attendance
    if written is None:
        return core.Attendance()
    return core.Attendance(written.keyholders, written.target, written.check_call)
