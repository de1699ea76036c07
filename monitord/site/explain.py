"""Turns pydantic's errors into findings: in plain words, at the right line, with a cure.

It must never quote what stands below ``people:`` or under a secret's key.
"""

import re
from collections.abc import Iterable
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from monitord.site.draft import Path, mark_of
from monitord.site.findings import Findings, did_you_mean, listed, nearest, quoted
from monitord.site.nodes import Mapping
from monitord.site.screen import is_secret

_EXPECTED: Final = re.compile(r"'([^']*)'")
_QUOTED: Final = re.compile(r'".*"')
_SIMPLE: Final = {
    "int_parsing": ("is not a whole number", "write a whole number"),
    "int_type": ("is not a whole number", "write a whole number"),
    "float_parsing": ("is not a number", "write a number"),
    "float_type": ("is not a number", "write a number"),
    "finite_number": ("is not a number to compare with", "write a number"),
    "bool_parsing": ("is neither true nor false", "write true or false"),
    "string_type": ("is not one text", "write one text, not a list or keys"),
    "model_type": ("needs keys below it", "write its keys, one a line"),
    "model_attributes_type": ("needs keys below it", "write its keys, one a line"),
    "dict_type": ("needs keys below it", "write its keys, one a line"),
    "tuple_type": ("is not a list", "write a list: [one, two]"),
    "list_type": ("is not a list", "write a list: [one, two]"),
}
_BOUNDS: Final = {
    "greater_than_equal": ("ge", "is too small", "write {} or more"),
    "greater_than": ("gt", "is too small", "write more than {}"),
    "less_than_equal": ("le", "is too large", "write {} at most"),
    "less_than": ("lt", "is too large", "write less than {}"),
    "too_long": ("max_length", "has too many entries", "write {} at most"),
    "too_short": ("min_length", "has too few entries", "write at least {}"),
    "string_too_short": ("min_length", "is empty", "write at least {} letter"),
    "string_too_long": ("max_length", "is too long", "keep it under {} letters"),
}


def keys_of(model: type[BaseModel]) -> list[str]:
    """The keys that a model takes, as they are written."""
    return [field.alias or name for name, field in model.model_fields.items()]


def report(
    error: ValidationError, root: Mapping, at: Path, model: type[BaseModel], found: Findings
) -> None:
    """Add a finding for each of a validation's errors; ``at`` is where the value stands."""
    for detail in error.errors(include_url=False):
        path = (*at, *(part for part in detail["loc"] if part != "[key]"))
        text, cure = _words(detail, path, model)
        found.error(mark_of(root, path), text, cure)


def unknown_key(root: Mapping, at: Path, key: str, keys: Iterable[str], found: Findings) -> None:
    """Add the finding for a key that nobody knows."""
    known = list(keys)
    cure = did_you_mean(key, known, f"the keys here are: {listed(known, most=30)}")
    found.error(mark_of(root, (*at, key)), f"unknown key {quoted(key)} in {place(at)}", cure)


def place(path: Path) -> str:
    """``areas.gallery-1``, for a text."""
    return ".".join(str(part + 1 if isinstance(part, int) else part) for part in path) or "the file"


def _words(detail: ErrorDetails, path: Path, model: type[BaseModel]) -> tuple[str, str]:
    kind, context = detail["type"], detail.get("ctx", {})
    key, above = path[-1] if path else "", path[:-1]
    personal = path[:1] == ("people",)
    inner = path[2:3] if personal else path[2:]
    name = f"`{place(inner or path)}`"
    match kind:
        case "site_file":
            text = _QUOTED.sub("this", context["text"]) if personal else context["text"]
            return f"{name}: {text}", context["cure"]
        case "missing":
            return f"`{key}` is missing in {place(above)}", f"write `{key}: …` there"
        case "extra_forbidden":
            keys = _keys_at(model, detail["loc"][:-1])
            cure = did_you_mean(str(key), keys, f"the keys here are: {listed(keys, most=30)}")
            return f"unknown key {quoted(str(key))} in {place(above)}", cure
        case "enum" | "literal_error":
            words = _EXPECTED.findall(str(context.get("expected", "")))
            said = _said(detail, path)
            near = nearest(str(detail["input"]), words)
            cure = f"did you mean `{near}`?" if near else f"write one of: {listed(words, most=50)}"
            return f"{name}: {said} is not a known word", cure
        case "value_error":
            return f"{name}: {_own_words(detail)}", "write it as the text says"
    if kind in _BOUNDS:
        bound, what, cure = _BOUNDS[kind]
        return f"{name} {what}", cure.format(context.get(bound))
    what, cure = _SIMPLE.get(kind, (f"is not accepted: {detail['msg']}", "look at its key"))
    return f"{name} {what}", cure


def _own_words(detail: ErrorDetails) -> str:
    """What a driver's validator says, without pydantic's prefix."""
    return detail["msg"].removeprefix("Value error, ")


def _said(detail: ErrorDetails, path: Path) -> str:
    value = detail["input"]
    hidden = "people" in path[:1] or any(is_secret(str(part)) for part in path)
    return "this" if hidden or not isinstance(value, str) else quoted(value)


def _keys_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """The keys of the model that stands at ``loc`` below ``model``."""
    current: Any = model
    for part in loc:
        if isinstance(current, type) and issubclass(current, BaseModel):
            current = _model_in(_annotation(current, str(part)))
    return keys_of(current) if isinstance(current, type) else []


def _annotation(model: type[BaseModel], key: str) -> Any:
    for name, field in model.model_fields.items():
        if key in (field.alias, name):
            return field.annotation
    return model


def _model_in(annotation: Any) -> Any:
    """The first model inside a type such as ``tuple[Step, ...]`` or ``Limits | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _model_in(inner)
        if found is not None:
            return found
    return None
