"""K2: a broken site file is told with the right line, whatever is broken, and nothing is raised.

Each case changes one place of ``good/river.yaml``. ``at`` is a piece of the line (of the changed
file) that the finding must name.
"""

from typing import NamedTuple

import pytest

from monitord.site import Finding, Severity

E, W = Severity.ERROR, Severity.WARNING


class Broken(NamedTuple):
    """One mistake: replace ``old`` by ``new``, expect ``text`` at the line that holds ``at``."""

    old: str
    new: str
    at: str
    text: str
    cure: str = ""
    severity: Severity = E


CASES: dict[str, Broken] = {
    # --- the file as YAML
    "same key twice": Broken("  name: Riv", "  id: two\n  name: Riv", "id: two", "stands twice"),
    "same point twice": Broken(
        "      pir: ", "      set: {kind: event}\n      pir: ", "kind: event", "site.yaml:35"
    ),
    "tag": Broken("name: East door", "name: !!str East", "!!str", "tag"),
    "local tag": Broken("name: East door", "name: !include x", "!include", "tag"),
    "lone tag": Broken("name: East door", "name: ! x", "name: ! x", "tag"),
    "second document": Broken("kinds:\n  case", "---\nkinds:\n  case", "---", "second document"),
    "not a number": Broken("scale: 0.01", "scale: .nan", "scale", "not a number to compare"),
    "infinity": Broken("high: 1.2", "high: .inf", "limits", "not a number to compare"),
    "overflow": Broken("scale: 0.01", "scale: 1e999", "scale", "too large"),
    "no value": Broken("timeout: 1s", "timeout:", "timeout:", "without a value"),
    "tab": Broken("    unit: 1", "\tunit: 1", "\tunit", "tab", "spaces"),
    "open bracket": Broken("[voice, sms]", "[voice, sms", "by: [voice", "flow", "brackets"),
    "control character": Broken("East door", "East\x07door", "East", "U+0007"),
    "unknown anchor": Broken("name: East door", "name: *nobody", "*nobody", "&nobody"),
    "anchor in itself": Broken("reach: [{voice:", "reach: &me [*me, {voice:", "&me", "itself"),
    "key that is a list": Broken("kinds:\n  case", "? [a]\n: b\nkinds:\n  case", "? [a]", "a key"),
    "unknown template": Broken("use: panel\n    address: tcp://127.0.0.1:15021",
        "use: panell\n    address: tcp://127.0.0.1:15021", "panell", "no template", "`panel`"),
    "template in itself": Broken("  panel:\n", "  panel:\n    use: panel\n", "    use: panel",
        "uses itself"),
    # --- secrets
    "password": Broken("unit: 1", "unit: 1\n    password: hunter2", "hunter2", "a secret", "{cred"),
    "quoted secret": Broken("secret: {credential: sms-key}", 'secret: "abc"', "abc", "a secret"),
    "secret in keys": Broken("{credential: sms-key}", "{value: abc}", "abc", "a secret"),
    "api key": Broken("may_acknowledge: true", "api_key: abc", "abc", "a secret"),
    "userinfo": Broken("https://two.", "https://me:hunter2@two.", "hunter2", "password stands"),
    "key in query": Broken("two.example/voice", "two.example/?token=abc", "token", "looks like",
        "credential", W),
    "credential name": Broken("sms-key", "../../etc/shadow", "shadow", "a credential is named"),
    # --- words and types
    "unknown section": Broken("posts:", "post:", "post:", 'unknown key "post"', "`posts`"),
    "unknown area key": Broken("late-to-set", "late_to_set", "late_to_set", "unknown key",
        "`late-to-set`"),
    "unknown point key": Broken("wiring: n", "wirring: n", "wirring", "unknown key", "`wiring`"),
    "unknown driver key": Broken("unit: 1", "units: 1", "units: 1", "unknown key", "`unit`"),
    "unknown limit": Broken("high-high:", "higher:", "higher", "unknown key", "high"),
    "unknown step key": Broken("tries: 2", "trys: 2", "trys", "unknown key", "`tries`"),
    "unknown channel key": Broken("may_acknowledge", "may-acknowledge", "may-ack", "unknown key",
        "`may_acknowledge`"),
    "unknown kind": Broken("kind: motion", "kind: motoin", "motoin", "not a known word",
        "`motion`"),
    "unknown role": Broken("role: duty-manager", "role: duty-manger", "duty-manger",
        "not a known word", "`duty-manager`"),
    "unknown wiring": Broken("wiring: normally-closed", "wiring: nc", "wiring: nc",
        "not a known word", "normally-open"),
    "unknown override": Broken("  case: {action", "  cases: {action", "cases:", "is no kind",
        "`case`"),
    "bare number for a time": Broken("timeout: 1s", "timeout: 1", "timeout: 1", "not a duration",
        "30s"),
    "clock for a time": Broken("timeout: 1s", "timeout: 12:30", "12:30", "not a duration"),
    "text for a number": Broken("scale: 0.01", "scale: much", "much", "not a number"),
    "text for a whole number": Broken("tries: 2", "tries: two", "two,", "not a whole number"),
    "text for a flag": Broken("ledge: true", "ledge: perhaps", "perhaps", "neither true"),
    "bad id": Broken("  west:\n", "  West:\n", "West:", "not an id"),
    "bad date": Broken("2026-11-01", "2026-13-01", "2026-13", "not a date"),
    "bad hours": Broken("Tu-Su 08:00-19:00; PH off", "whenever", "whenever", "opening hours"),
    "the sun": Broken("Tu-Su 08:00-19:00", "Tu-Su 08:00-sunset", "sunset", "the sun"),
    "school holidays": Broken("PH off", "SH off", "SH off", "school holidays", "exceptions"),
    "open end": Broken("08:00-19:00; PH", "08:00+; PH", "08:00+", "the end open"),
    "repeated times": Broken("08:00-19:00; PH", "08:00-19:00/01:00; PH", "/01:00", "in steps"),
    "a day no year has": Broken("PH off", "Feb 30 off", "Feb 30", "which no year has"),
    "bad exception": Broken('PH off"', 'PH off"\n    exceptions: [{on: 2026-12-24, open: Mo}]',
        "exceptions", "not times of a day", "write off, or"),
    "exception without days": Broken('PH off"', 'PH off"\n    exceptions: [{open: off}]',
        "exceptions", "for which days", "`on: 2026-12-24`"),
    "exception with two kinds of days": Broken('PH off"',
        'PH off"\n    exceptions: [{on: 2026-12-24, until: 2026-12-26, open: off}]',
        "exceptions", "for which days"),
    "exception that never ends": Broken('PH off"',
        'PH off"\n    exceptions: [{from: 2026-12-24, until: 2028-12-24, open: off}]',
        "exceptions", "until 2028-12-24", "366 days"),
    "two exceptions for a day": Broken('PH off"',
        'PH off"\n    exceptions: [{on: 2026-12-24, open: off}, '
        '{from: 2026-12-24, until: 2026-12-26, open: 10:00-12:00}]',
        "exceptions", "for the same day"),
    "exceptions from nothing": Broken('    open: "Tu-Su 08:00-19:00; PH off"',
        "    exceptions: [{on: 2026-12-24, open: off}]", "exceptions", "not written"),
    "bad rota": Broken("Mo-Su 00:00-24:00", "always-ish", "always-ish", "opening hours"),
    "bad time zone": Broken("Europe/London", "Europe/Lundon", "Lundon", "time zone"),
    "bad country": Broken("country: GB", "country: XX", "XX", "country"),
    "bad rise": Broken("0.2 m in 10min", "fast", "fast", "not a rise"),
    "bad priority": Broken("priority: 1", "priority: 5", "priority: 5", "too large", "4"),
    "bad register": Broken("read: input/4", "read: inputs/4", "inputs/4", "inputs"),
    "bad address": Broken("tcp://127.0.0.1:15021", "127.0.0.1", "address: 127", "how to connect"),
    "a list for keys": Broken("  control-room: {rota", "  other: [1]\n  control-room: {rota",
        "other", "keys below"),
    # --- what is missing
    "no site": Broken("site:\n", "sites:\n", "A site that", "`site` is missing"),
    "no name": Broken("    name: Basement store\n", "", "  basement:", "`name` is missing"),
    "no gate": Broken('    gate: "Gate C, Quay Street"\n', "", "  basement:", "`gate` is missing"),
    "no kind": Broken("kind: motion, ", "", "pir:", "`kind` is missing"),
    "no register": Broken("read: discrete/0, kind: motion", "kind: motion", "pir:",
        "`read` is missing"),
    "no device address": Broken("    address: tcp://127.0.0.1:15021\n", "", "  west:",
        "`address` is missing"),
    "no wait": Broken(", wait: 2min", "", "[boris, anna], by: voice}", "`wait` is missing"),
    "no default chain": Broken("  default:\n", "  fire:\n", "chains:", "no `default` chain"),
    "no area": Broken("kind: motion, area: gallery", "kind: motion", "pir:", "in no area"),
    # --- references
    "unknown driver": Broken("driver: modbus", "driver: modbuss", "modbuss", "no driver",
        "`modbus`"),
    "unknown channel driver": Broken("sms: {driver: webhook", "sms: {driver: pager", "pager",
        "available: smtp, terminal, webhook"),
    "unknown area": Broken("kind: motion, area: gallery", "kind: motion, area: galery",
        "galery", "no area", "`gallery`"),
    "unknown device area": Broken("    area: basement\n    points", "    area: cellar\n    points",
        "cellar", "no area"),
    "unknown point": Broken("point: east.set", "point: east.sett", "east.sett", "no point",
        "`east.set`"),
    "short point": Broken("point: east.set", "point: set", "point: set", "no point", "east.set"),
    "wrong kind of point": Broken("point: east.set", "point: east.pir", "east.pir",
        "cannot set an area", "area-set"),
    "unknown camera": Broken("name: East door", "cameras: [cam-1]", "cam-1", "no camera"),
    "unknown target": Broken("[boris, anna], by: voice, wait: 2min",
        "[boris, ana], by: voice, wait: 2min", "ana]", "no person, role or post", "`anna`"),
    "role of nobody": Broken("[boris, anna], by: voice, wait: 2min",
        "[boris, director], by: voice, wait: 2min", "director", "nobody has the role"),
    "unknown channel in a chain": Broken("by: voice, or: sms", "by: voce, or: sms", "voce",
        "no channel", "`voice`"),
    "unknown channel after or": Broken("or: sms", "or: mail", "or: mail", "no channel"),
    "unknown channel in reach": Broken('      - {sms: "+44', '      - {mms: "+44', "mms",
        "no channel", "`sms`"),
    "no mail address": Broken('sms: {driver: webhook, url: "https://one.example/sms"',
        'sms: {driver: smtp, host: mail.example', '      - {sms: "+44',
        "no mail address", "what stands after `sms:`"),
    "a password in the clear": Broken('sms: {driver: webhook, url: "https://one.example/sms"',
        "sms: {driver: smtp, host: mail.example, security: none, user: x", "driver: smtp",
        "not sent in the clear"),
    "a sender that is none": Broken('sms: {driver: webhook, url: "https://one.example/sms"',
        "sms: {driver: smtp, host: mail.example, from: Alarm", "driver: smtp",
        "bare mail address"),
    "unknown category": Broken("  intrusion/lock", "  intrusions/lock", "intrusions/",
        "no category", "`intrusion`"),
    "unknown mode": Broken("intrusion/lockdown", "intrusion/lookdown", "lookdown", "no mode",
        "`lockdown`"),
    # --- what contradicts something else
    "two rooms that sound alike": Broken("name: Basement store", "name: gallery 1 first FLOOR",
        "first FLOOR", "wrong room"),
    "same register": Broken("read: discrete/1,", "read: manual/10001,", "case: {read",
        "same place as pir"),
    "same bit of a pair": Broken("read: discrete/1,", "read: discrete/0, opposite: discrete/9,",
        "case: {read", "same place as pir"),
    "same device": Broken("127.0.0.1:15021", "127.0.0.1:15020", "127.0.0.1:15020\n    area",
        "same device as east"),
    "person and post": Broken("posts:\n", "posts:\n  anna: {}\n", "anna: {}",
        "a person and a post"),
    "person named as a role": Broken("  boris:\n", "  director:\n", "  director:\n",
        "name of a role"),
    "same login": Broken("login: boris", "login: anna", "login: anna\n    reach: [",
        "same login"),
    "start-at too far": Broken("start-at: 2", "start-at: 4", "start-at: 4", "3 steps"),
    "start-at nought": Broken("start-at: 2", "start-at: 0", "start-at: 0", "too small"),
    "no wait at all": Broken("wait: 61s", "wait: 0s", "wait: 0s", "a wait of nothing"),
    "too many tries": Broken("tries: 2", "tries: 11", "tries: 11", "too large", "10"),
    "no time to decide": Broken("decide: 60s", "decide: 0s", "decide: 0s", "no time"),
    "step that reaches nobody": Broken('    reach: [{voice: "+441632960002"}]\n', "",
        "  boris:", "no `reach`", severity=W),
    "post by telephone": Broken("control-room, by: terminal", "control-room, by: sms",
        "by: sms, wait", "reaches nobody"),
    "limits out of order": Broken("high: 1.2", "high: 1.6", "limits", "out of order"),
    "limits outside valid": Broken("[0, 4]", "[0, 1]", "limits", "`valid`"),
    "rise in another unit": Broken("0.2 m in", "20 cm in", "limits", "the change is in",
        "one unit"),
    "scale of nothing": Broken("scale: 0.01", "scale: 0", "scale", "every value is 0"),
    "holidays without a country": Broken("  country: GB\n", "", "PH off", "no country"),
    "listen without a port": Broken("127.0.0.1:15090", "127.0.0.1", "listen", "listen on"),
    "poll too fast": Broken("poll: 200ms", "poll: 1ms", "poll: 1ms", "more than a device bears"),
    "kind that is still there": Broken("name: East door", "was: west.door", "was:", "still exists"),
    "slow poll": Broken("poll: 200ms", "poll: 2s", "poll: 2s", "may be missed", severity=W),
    "slow timeout": Broken("timeout: 1s", "timeout: 5s", "timeout", "found late", severity=W),
    "one way out": Broken("two.example", "one.example", "channels:", "one way", severity=W),
    "empty area": Broken("areas:\n", "areas:\n  roof: {name: Roof, gate: Gate D}\n", "roof",
        "nothing watches it", severity=W),
    "open listener": Broken("127.0.0.1:15090", "0.0.0.0:15090", "listen", "in the clear",
        severity=W),
    "one person": Broken("  intrusion/lockdown: [{call: [boris, anna]",
        "  intrusion/lockdown: [{call: [boris]", "intrusion/lockdown", "fewer than 2 people",
        severity=W),
}  # fmt: skip


def test_the_unbroken_site_has_no_errors(check_text, river: str) -> None:
    """Or every case below would prove nothing."""
    findings: list[Finding] = check_text(river)
    assert [finding for finding in findings if finding.severity is E] == []


def test_there_are_enough_of_them() -> None:
    """K2 asks for fifty."""
    assert len(CASES) >= 50


@pytest.mark.parametrize("name", CASES)
def test_is_told_at_its_line(name: str, check_text, river: str) -> None:
    """K2: the finding says what is wrong, stands at the line, and has a cure."""
    case = CASES[name]
    assert river.count(case.old) >= 1, "the table no longer fits the site"
    broken = river.replace(case.old, case.new, 1)
    line = broken[: broken.index(case.at)].count("\n") + 1
    findings: list[Finding] = check_text(broken)
    told = [finding for finding in findings if case.text in finding.text]
    assert told, findings
    assert line in [finding.line for finding in told], (line, told)
    assert all(finding.file.endswith("site.yaml") for finding in findings)
    assert told[0].severity is case.severity
    assert told[0].cure
    assert case.cure in told[0].cure
    assert "hunter2" not in repr(findings)


def test_all_mistakes_are_told_at_once(check_text, river: str) -> None:
    """Two in one section and one in another: three findings, none hiding the other."""
    broken = river.replace("kind: motion", "kind: motoin")
    broken = broken.replace("priority: 1", "priority: 9").replace("decide: 60s", "decide: soon")
    errors = [finding for finding in check_text(broken) if finding.severity is E]
    assert len(errors) == 3


def test_names_in_what_is_broken_are_looked_up_all_the_same(check_text, river: str) -> None:
    """A mistake in an entry hides no unknown name in it, or people would mend one by one."""
    for old, new in (
        ("    confirm: 30min", "    confirm: soon"),
        ("{point: east.set}", "{point: east.sett}"),
        ("area: basement\n        scale: 0.01", "area: nowhere\n        scale: none"),
        ("verified: 2026-11-01", "verified: yesterday"),
        ('      - {sms: "+44', '      - {mms: "+44'),
        ("decide: 60s", "decide: soon"),
        ("call: control-room", "call: controlroom"),
        ("by: terminal", "by: terminall"),
        ("wait: 30s", "wait: later"),
        ("or: sms", "or: male"),
    ):
        assert old in river, old
        river = river.replace(old, new, 1)
    told = [finding.text for finding in check_text(river) if finding.severity is E]
    for text in (
        "`confirm`", 'no point "east.sett"', "scale`", 'no area "nowhere"', "`verified`",
        "no channel of this name", "`decide`", '"controlroom" is no person, role or post',
        'no channel "terminall"', 'no channel "male"',
    ):  # fmt: skip
        assert len([said for said in told if text in said]) == 1, (text, told)


def test_what_is_wrong_in_itself_is_not_also_called_unknown(check_text, river: str) -> None:
    """An area with a mistake still exists: its points are not blamed for it."""
    broken = river.replace("    confirm: 30min", "    confirm: soon")
    errors = [finding for finding in check_text(broken) if finding.severity is E]
    assert [finding.line for finding in errors] == [16]


def test_personal_text_is_in_no_finding(check_text, river: str) -> None:
    """Law 3: a mistake in a person's record is told without name, number or login."""
    broken = river.replace("role: security-manager", "role: boss").replace(
        'reach: [{voice: "+441632960002"}]', 'reach: "+441632960002"'
    )
    broken = broken.replace('{sms: "+441632960001"}', '{"+441632960001": sms}')
    broken = broken.replace("2026-11-01", "yesterday")
    said = repr(check_text(broken))
    assert "960001" not in said
    assert "yesterday" not in said
    assert "Lang" not in said
    assert "960002" not in said
    assert "boss" not in said
