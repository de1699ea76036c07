"""What makes of cameras do always, as named profiles; each was reported of real ones.

A client that works with every row of ``PROFILES`` has met most of what is sold.
"""

from dataclasses import dataclass
from typing import Final

from monitord_simulators.camera.signon import Scheme

_DAY_S: Final = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Quirks:
    """How a make of camera differs from the specification. The defaults are a good camera."""

    words: str
    clock_window_s: float = 300.0  # how far a token's time may be from the camera's
    clock_drift_s: float = 0.0
    time_needs_sign_on: bool = False
    impossible_date: bool = False  # its time of day is the 0th of a month 0
    open_to_all: bool = False  # answers whatever it is asked, signed or not
    takes_tokens: bool = True  # WS-UsernameToken; without it only HTTP digest
    snapshot_scheme: Scheme = Scheme.DIGEST
    snapshot_uri: str | None = None  # told in place of the right one
    host_told: str | None = None  # host:port in every address that it tells
    media2: bool = True
    services: bool = True  # knows GetServices; without it only GetCapabilities
    pull_points_max: int = 4
    fast_renew_reboots: bool = False  # two renewals within a second
    lease_max_s: int = _DAY_S
    port_per_subscription: bool = False
    minutes_as_seconds: bool = False
    renew_refused: bool = False
    needs_addressing: bool = False  # 400 for a pull without WS-Addressing
    initial_states: bool = True
    motion_ends: bool = True
    topic_end: str = ""
    source_name: str | None = None  # in place of the video source's own
    true_is_one: bool = False  # "1" and "0" for states
    odd_prefixes: bool = False
    leaves_out: tuple[str, ...] = ()  # elements that it never writes


PROFILES: Final = {
    "plain": Quirks(words="follows the specification"),
    "strict-clock": Quirks(words="refuses a token more than 5 s off its clock", clock_window_s=5),
    "wrong-clock": Quirks(
        words="two hours ahead, and strict about it", clock_window_s=5, clock_drift_s=7_200
    ),
    "time-behind-login": Quirks(words="tells its time only signed", time_needs_sign_on=True),
    "impossible-date": Quirks(words="tells the date 0000-00-00", impossible_date=True),
    "http-digest-only": Quirks(words="knows HTTP digest and no tokens", takes_tokens=False),
    "moving-port": Quirks(
        words="a new port for each subscription; renewing too fast reboots it",
        port_per_subscription=True,
        fast_renew_reboots=True,
    ),
    "minutes-as-seconds": Quirks(words="reads PT10M as ten seconds", minutes_as_seconds=True),
    "one-listener": Quirks(words="one subscription; newcomers are refused", pull_points_max=1),
    "renew-refused": Quirks(words="answers every renewal with a fault", renew_refused=True),
    "short-lease": Quirks(
        words="leases of 60 s at most, no first states", lease_max_s=60, initial_states=False
    ),
    "no-first-states": Quirks(words="tells changes only", initial_states=False),
    "motion-never-ends": Quirks(words="tells motion, never its end", motion_ends=False),
    "snapshot-null": Quirks(words="its picture's address is (null)", snapshot_uri="(null)"),
    "snapshot-rtsp": Quirks(
        words="its picture's address is a stream's", snapshot_uri="rtsp://127.0.0.1:554/snap"
    ),
    "snapshot-basic": Quirks(words="pictures by HTTP basic", snapshot_scheme=Scheme.BASIC),
    "behind-nat": Quirks(words="tells the address of its own network", host_told="192.0.2.10:80"),
    "odd-topics": Quirks(
        words="topics that end in //., a source of another name, 1 for true",
        topic_end="//.",
        source_name="vsconf",
        true_is_one=True,
    ),
    "odd-prefixes": Quirks(words="every namespace twice, unusual prefixes", odd_prefixes=True),
    "sparse": Quirks(
        words="leaves out whatever it may, and some of what it must not",
        leaves_out=(
            "tds:SerialNumber",
            "tds:HardwareId",
            "tt:TimeZone",
            "tt:LocalDateTime",
            "tt:VideoEncoderConfiguration",
            "tt:PTZConfiguration",
            "tt:Timeout",
            "wsnt:ProducerReference",
            "tt:Source",
        ),
    ),
    "needs-addressing": Quirks(words="400 without WS-Addressing", needs_addressing=True),
    "old-media": Quirks(
        words="profile S of long ago: no Media2, no GetServices", media2=False, services=False
    ),
}
