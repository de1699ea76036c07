"""``plans:`` of a site file: their cross checks, and what the core gets of them."""

from monitord.core import plan_records as core
from monitord.site.draft import Draft
from monitord.site.findings import Findings, did_you_mean, quoted
from monitord.site.models import CATEGORIES, MODES
from monitord.vocabulary import CATEGORY_OF_KIND, Category, Role

DEFAULT = "default"


def lint_plans(draft: Draft, found: Findings) -> None:
    """Check for what each plan is, who is named in it, and which category has none."""
    for name, plan in draft.plans.items():
        _name(draft, name, found)
        _known(draft, plan.owner, ("plans", name, "owner"), found)
        for index, step in enumerate(plan.steps):
            if step.who is not None:
                _known(draft, step.who, ("plans", name, "steps", index, "who"), found)
    if not draft.plans or draft.has("plans", DEFAULT):
        return
    used = {CATEGORY_OF_KIND[point.model.kind] for *_, point in draft.points()}
    without = [
        category.value
        for category in Category
        if category in used
        and category is not Category.NONE
        and not any(name.partition("/")[0] == category for name in draft.plans)
    ]
    if without:
        found.warning(
            draft.mark("plans"),
            f"no plan says what to do for: {', '.join(without)}",
            "write one for each, or `default:` for all the others",
        )


def _name(draft: Draft, name: str, found: Findings) -> None:
    category, slash, mode = name.partition("/")
    if name == DEFAULT:
        return
    at = draft.mark("plans", name)
    if category not in CATEGORIES:
        cure = did_you_mean(category, (*CATEGORIES, DEFAULT), "name a category of alarms")
        found.error(at, f"{quoted(category)} is not a category", cure)
    elif slash and mode not in MODES:
        found.error(at, f"{quoted(mode)} is not a mode", did_you_mean(mode, MODES, "name a mode"))


def _known(draft: Draft, name: str, path: tuple[str | int, ...], found: Findings) -> None:
    roles = tuple(role.value for role in Role)
    if draft.has("people", name) or draft.has("posts", name) or name in roles:
        return
    known = (*draft.ids.get("people", ()), *draft.ids.get("posts", ()), *roles)
    text = f"{quoted(name)} is no person, post or role"
    found.error(draft.mark(*path), text, did_you_mean(name, known, "write who does it"))


def compile_plans(draft: Draft) -> dict[str, core.Plan]:
    """As the core has them."""
    return {
        name: core.Plan(
            id=name,
            version=plan.version,
            owner=plan.owner,
            review=plan.review,
            steps=tuple(
                core.PlanStep(
                    do=step.do,
                    who=step.who or "",
                    within_ms=step.within,
                    phone=step.phone,
                    must=step.must,
                )
                for step in plan.steps
            ),
        )
        for name, plan in draft.plans.items()
    }
