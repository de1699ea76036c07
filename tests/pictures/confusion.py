"""What each tamper is found as, counted over rooms, lights and grains: a table for people."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from monitord.pictures.checking import Finding
from monitord_simulators.camera.scene import Light
from monitord_simulators.camera.spoil import Spoil
from tests.pictures.scenes import AT, Act, play

#: A clip lasts for so many looks after the tamper; what comes slowly has as long again as it takes.
LOOKS = 12


class Confusion:
    """Tampers by what they were first found as."""

    def __init__(self) -> None:
        self.rows: dict[str, Counter[Finding | None]] = {}
        self.latest: dict[str, int] = {}

    def clips(
        self, name: str, spoil: Spoil, rooms: Sequence[int], noises: Sequence[float]
    ) -> Iterator[tuple[float, Finding | None]]:
        """The noise of each clip of that tamper, and what it is found as: None if it is not."""
        acts: dict[int, Act] = {AT: lambda scene, at_ms: scene.spoil(spoil, at_ms)}
        looks = AT + LOOKS + round(spoil.over_s / 5)
        row = self.rows.setdefault(name, Counter())
        for room in rooms:
            for light in Light:
                for noise in noises:
                    told = play(room, acts, looks, light=light, noise=noise)
                    found = told[0].report.finding if told else None
                    row[found] += 1
                    if told:
                        self.latest[name] = max(self.latest.get(name, 0), told[0].after)
                    yield noise, found

    def write(self, path: Path) -> None:
        """One line for each tamper; the last column is by how many looks the latest was found."""
        columns = [*Finding, None]
        heads = [finding.value if finding else "missed" for finding in columns]
        lines = [" " * 30 + " ".join(f"{head:>9}" for head in heads) + "  latest"]
        for name, row in self.rows.items():
            counts = " ".join(f"{row[finding] or '.':>9}" for finding in columns)
            lines.append(f"{name:30}{counts} {self.latest.get(name, 0):>7}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
