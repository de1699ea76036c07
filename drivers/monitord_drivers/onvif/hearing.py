"""What was heard when everybody was asked who is there: joined, and bounded for each sender.

Pure: no input, no output. Imported only where devices are sought.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from monitord.driver import DeviceFault, Found
from monitord_drivers.onvif import matches
from monitord_drivers.onvif.matches import Match
from monitord_drivers.onvif.place import Place

DEVICES_MAX: Final = 256
#: Of one sender: a recorder may answer for its channels, nobody for so many.
DEVICES_OF_ONE_MAX: Final = 64
#: What is looked at; the rest is dropped unread.
DATAGRAMS_MAX: Final = 8_192
DATAGRAMS_OF_ONE_MAX: Final = 512
_SENDERS_TOLD_MAX: Final = 8


@dataclass(slots=True)
class _Device:
    sender: str
    place: Place
    name: str
    remarks: list[str] = field(default_factory=list)


class Heard:
    """Everything that came. ``hosts``: names by address, where only they were asked."""

    def __init__(self, hosts: Mapping[str, str] | None = None) -> None:
        self.hosts = dict(hosts or {})
        self.asked: frozenset[str] = frozenset()
        #: The names of hosts that answered.
        self.answered: set[str] = set()
        self._devices: list[_Device] = []
        self._by_key: dict[str, _Device] = {}
        self._by_place: dict[Place, _Device] = {}
        self._of: Counter[str] = Counter()
        self._datagrams: Counter[str] = Counter()
        self._unread: dict[str, str] = {}
        self._read = 0
        self._dropped = False

    @property
    def is_full(self) -> bool:
        """Whether nothing more is read."""
        return self._read >= DATAGRAMS_MAX

    @property
    def is_complete(self) -> bool:
        """Whether each host that was asked has answered; one may have more to say."""
        return bool(self.hosts) and self.answered >= set(self.hosts.values())

    def take(self, datagram: bytes, sender: str) -> None:
        """Look at what came from there; never raises."""
        if self.hosts and sender not in self.hosts:
            return
        if self.is_full or self._datagrams[sender] > DATAGRAMS_OF_ONE_MAX:
            return
        self._read += 1
        self._datagrams[sender] += 1
        try:
            told = matches.read(datagram, self.asked)
        except DeviceFault as fault:
            self._unread.setdefault(sender, fault.detail)
            return
        if told and sender in self.hosts:
            self.answered.add(self.hosts[sender])
        for match in told:
            self._join(match, sender)

    def found(self) -> list[Found]:
        """The devices, in the order in which they answered."""
        return [
            Found(str(each.place), each.name, remarks=tuple(each.remarks)) for each in self._devices
        ]

    def remarks(self) -> Iterator[str]:
        """What a person should know of the search."""
        for sender, count in self._datagrams.items():
            if count > DATAGRAMS_OF_ONE_MAX:
                yield (
                    f"{sender} sends without end, so answers of others may be lost: find out what "
                    "it is, take it off the network and seek again"
                )
        if self.is_full:
            yield f"after {DATAGRAMS_MAX} answers no more were read: somebody floods this network"
        if self._dropped:
            yield (
                f"not all that answered are told: {DEVICES_MAX} devices at most, and "
                f"{DEVICES_OF_ONE_MAX} of one sender. Name the hosts of the rest"
            )
        for sender, words in list(self._unread.items())[:_SENDERS_TOLD_MAX]:
            yield f"from {sender}: {words}"

    def _join(self, match: Match, sender: str) -> None:
        place, guess = matches.place(sender, match.addresses, self.hosts.get(sender, ""))
        known = self._by_key.get(match.key) if match.key else None
        if known is None and not guess:
            known = self._by_place.get(place)
        if known is None:
            self._add(match, sender, place, guess)
        elif known.sender != sender and len(known.remarks) < 2:
            known.remarks.append(
                f"{sender} says that it is the same device: one with two addresses, or a copy of "
                f"it. `monitord discover {sender}` tells"
            )

    def _add(self, match: Match, sender: str, place: Place, guess: str) -> None:
        if len(self._devices) >= DEVICES_MAX or self._of[sender] >= DEVICES_OF_ONE_MAX:
            self._dropped = True
            return
        self._of[sender] += 1
        made = _Device(sender, place, match.name, [guess] if guess else [])
        self._devices.append(made)
        self._by_place.setdefault(place, made)
        if match.key:
            self._by_key[match.key] = made
