"""What ``discover`` found, in words and as a page for people."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from monitord.cli.page import Cell, Page, Style, line, table
from monitord.driver import About, Search, Sought
from monitord.runtime.discovering import AT_ONCE, Met

_RIGHT_S: Final = 2.0


def asking(search: Search) -> str:
    """What happens now."""
    if search.hosts:
        return f"Asking {_many(len(search.hosts), 'host')} ..."
    where = f"the network of {search.interface}" if search.interface else "every network here"
    return f"Asking {where} for {search.seconds:g} s ..."


def answered(sought: Sought, user: str) -> str:
    """What happens next."""
    how = f"signing on as {user}" if user else "asking who they are, without a user"
    return f"{_many(len(sought.found), 'device')}; {how}, {AT_ONCE} at a time ..."


def nobody(search: Search) -> str:
    """No answer at all, and what to do."""
    return (
        f"Nobody answered within {search.seconds:g} s. Is this machine in the cameras' network "
        "(`--interface ADDRESS` names its own address there)? Are ONVIF and discovery switched on "
        "in the cameras' own pages? Does a firewall on this machine drop UDP from port 3702? "
        "Through a router nobody is heard: name the hosts there, as in "
        "`monitord discover 10.0.30.21 10.0.30.22`"
    )


def remarks(one: Met) -> Iterator[str]:
    """Everything that is to be said of a device, the worst first."""
    if one.fault is not None:
        yield one.fault.detail
    if one.about is not None:
        yield from one.about.remarks
    yield from one.found.remarks


def facts(one: Met) -> str:
    """What it says that it is, on one line."""
    parts = [f"calls itself {one.found.name}"] if one.found.name else []
    about = one.about
    if about is not None:
        parts.append(" ".join(filter(None, (about.maker, about.model))))
        parts.append(f"serial number {about.serial}" if about.serial else "")
        parts.append(f"firmware {about.firmware}" if about.firmware else "")
        parts.append(_sizes(about))
        parts.append(f"picture at {about.snapshot}" if about.snapshot else "")
    return ", ".join(filter(None, parts))


def told(
    met: Sequence[Met], known: Mapping[str, str], search: Sequence[str], *, is_signed: bool
) -> Page:
    """A row for each device, what is wrong with which, and what to do next."""
    columns = ("id", "address", "model", "serial number", "firmware", "clock", "pictures")
    page: Page = [line(), table(columns, [_row(one, known) for one in met])]
    wrong = [(one, words) for one in met for words in remarks(one)]
    page += [line()] if wrong else []
    for one, words in wrong:
        page.append(line(Cell(f"{_who(one, known)}: ", Style.WARN), words))
    page += [line(Cell("the search: ", Style.WARN), words) for words in search]
    page.append(line())
    read = sum(one.read for one in met)
    page.append(line(f"{read} of {_many(len(met), 'device')} told all that they were asked."))
    if is_signed and read > 1:
        page.append(line(Cell(
            "All of them share one password: whoever learns it from one has them all. Give each "
            "its own, or make one account for monitord alone that can look and change nothing.",
            Style.WARN,
        )))  # fmt: skip
    if known:
        page.append(line("What follows is a piece of a site file. Fill in its names and areas."))
    return page


def _who(one: Met, known: Mapping[str, str]) -> str:
    return known.get(one.found.address) or one.found.address


def _row(one: Met, known: Mapping[str, str]) -> tuple[str | Cell, ...]:
    about = one.about or About()
    return (
        known.get(one.found.address, ""),
        one.found.address,
        " ".join(filter(None, (about.maker, about.model))),
        about.serial,
        about.firmware,
        _clock(about.clock_s),
        _sizes(about),
    )


def _clock(ahead_s: float | None) -> str | Cell:
    if ahead_s is None:
        return ""
    return "right" if abs(ahead_s) < _RIGHT_S else Cell(f"{ahead_s:+.0f} s", Style.WARN)


def _sizes(about: About) -> str:
    sizes = (f"{p.width}x{p.height} {p.codec}".strip() for p in about.profiles if p.width)
    return " and ".join(dict.fromkeys(sizes))


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
