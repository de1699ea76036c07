"""From the tree of texts to a draft: each entry of each section through its model.

Every entry is read by itself, so that one mistake hides no other. The keys of a driver go to
the driver's own models; keys of ours that it also declares (an address) it is given too.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from monitord.driver import OwnPoint
from monitord.site.attendance_models import Attendance
from monitord.site.chain_models import Chain
from monitord.site.draft import DeviceDraft, Draft, Path, PointDraft, section
from monitord.site.expand import plain
from monitord.site.explain import keys_of, report, unknown_key
from monitord.site.files import Source
from monitord.site.findings import Findings, did_you_mean, listed, quoted
from monitord.site.floor_models import Floor
from monitord.site.kind_models import KindWords
from monitord.site.kinds import shipped_kinds
from monitord.site.models import (
    CATEGORIES,
    MODES,
    Acknowledge,
    AnyChain,
    Area,
    Channel,
    Device,
    Journal,
    Output,
    Person,
    Point,
    Post,
    SiteFile,
)
from monitord.site.mqtt_models import Mqtt
from monitord.site.own_points import own_points, said_of
from monitord.site.permit_models import Booking, Permit
from monitord.site.plan_models import Plan
from monitord.site.police_models import Reference
from monitord.site.rationale import OWN_KIND, STARRED
from monitord.site.site_models import SiteInfo
from monitord.site.station_models import Station
from monitord.site.types import ChannelTypes, DriverTypes
from monitord.site.words import ID
from monitord.vocabulary import Kind

ModelT = TypeVar("ModelT", bound=BaseModel)

_CHAIN: Final[TypeAdapter[Chain]] = TypeAdapter(AnyChain)
_POINT_KEYS: Final = frozenset(keys_of(Point))
_OUTPUT_KEYS: Final = frozenset(keys_of(Output))
_DEVICE_KEYS: Final = frozenset(keys_of(Device))
_CHANNEL_KEYS: Final = frozenset(keys_of(Channel))
_SECTIONS: Final = frozenset(keys_of(SiteFile))
_PARTS: Final = ("points", "outputs")


class _Nothing(BaseModel):
    """The keys that a driver has for a point of its own: none."""


def type_site(
    source: Source, drivers: DriverTypes, channels: ChannelTypes, found: Findings
) -> Draft:
    """Read every section. What is wrong is in ``found``, what is right in the draft."""
    draft = Draft(source, shipped_kinds())
    _Typing(draft, found, drivers, channels).run(plain(source.root))
    return draft


class _Typing:
    def __init__(
        self, draft: Draft, found: Findings, drivers: DriverTypes, channels: ChannelTypes
    ) -> None:
        self._draft = draft
        self._found = found
        self._root = draft.source.root
        self._drivers = drivers
        self._channels = channels

    def run(self, whole: dict[str, Any]) -> None:
        draft = self._draft
        for key in whole:
            if key not in _SECTIONS:
                unknown_key(self._root, (), key, _SECTIONS, self._found)
        if "site" in whole:
            draft.site = self._one(SiteInfo, ("site",), whole["site"])
        else:
            self._found.error(
                self._root.mark, "`site` is missing", "begin with `site: {id: …, name: …}`"
            )
        draft.areas = self._section(whole, "areas", Area)
        draft.people = self._section(whole, "people", Person)
        draft.posts = self._section(whole, "posts", Post)
        draft.floors = self._section(whole, "floors", Floor)
        draft.stations = self._section(whole, "stations", Station)
        draft.permits = self._section(whole, "permits", Permit)
        draft.bookings = self._section(whole, "bookings", Booking)
        draft.police = self._section(whole, "police", Reference)
        self._section_of(whole, "kinds", self._kind)  # before the points that may be of them
        self._section_of(whole, "plans", self._plan, ids=False)
        self._section_of(whole, "channels", self._channel)
        self._section_of(whole, "devices", self._device)
        self._section_of(whole, "chains", self._chain, ids=False)
        if "acknowledge" in whole:
            draft.acknowledge = self._one(Acknowledge, ("acknowledge",), whole["acknowledge"])
        if "attendance" in whole:
            draft.attendance = self._one(Attendance, ("attendance",), whole["attendance"])
        if "mqtt" in whole:
            draft.mqtt = self._one(Mqtt, ("mqtt",), whole["mqtt"])
        if "journal" in whole:
            draft.journal = self._one(Journal, ("journal",), whole["journal"])
        draft.point_ids = frozenset(
            f"{device}.{point}"
            for device, keys in section(whole, "devices").items()
            if isinstance(keys, dict)
            for point in section(keys, "points")
        )

    def _one(self, model: type[ModelT], at: Path, value: object) -> ModelT | None:
        try:
            return model.model_validate(value)
        except ValidationError as error:
            report(error, self._root, at, model, self._found)
            return None

    def _section(self, whole: dict[str, Any], name: str, model: type[ModelT]) -> dict[str, ModelT]:
        done: dict[str, ModelT] = {}

        def read(item: str, value: object) -> None:
            entry = self._one(model, (name, item), value)
            if entry is not None:
                done[item] = entry

        self._section_of(whole, name, read)
        return done

    def _section_of(
        self,
        whole: dict[str, Any],
        name: str,
        read: Callable[[str, Any], None],
        *,
        ids: bool = True,
    ) -> None:
        value = whole.get(name, {})
        if not isinstance(value, dict):
            self._found.error(
                self._draft.mark(name), f"`{name}` needs keys below it", "write one entry a line"
            )
            return
        self._draft.ids[name] = tuple(value)
        for item, entry in value.items():
            if not ids or self._good_id((name, item), item):
                read(item, entry)

    def _good_id(self, at: Path, item: str) -> bool:
        if ID.fullmatch(item):
            return True
        self._found.error(
            self._draft.mark(*at),
            f"{quoted(item)} is not an id",
            "ids are small letters, digits and dashes, 64 at most: gallery-1",
        )
        return False

    def _device(self, item: str, value: object) -> None:
        at: Path = ("devices", item)
        if not isinstance(value, dict):
            self._one(Device, at, value)
            return
        head = {key: entry for key, entry in value.items() if key not in _PARTS}
        model = self._one(Device, at, head)
        name = value.get("driver")
        driver = self._drivers.find(name) if isinstance(name, str) else None
        if driver is None and isinstance(name, str):
            self._no_plugin("driver", (*at, "driver"), name, self._drivers)
        outputs = self._outputs(at, value, driver.Config if driver else None)
        config, typed = self._driver_keys(
            at, value, driver.Config if driver else None, _DEVICE_KEYS, _PARTS
        )
        looked_at = model is not None and model.pictures is not None
        own = own_points(driver, typed, looked_at=looked_at)
        called = model.name or item if model is not None else item
        points = self._points(at, value, driver.PointConfig if driver else None, own, called)
        if model is not None:
            self._draft.devices[item] = DeviceDraft(model, driver, config, typed, points, outputs)

    def _no_plugin(
        self, what: str, at: Path, name: str, plugins: DriverTypes | ChannelTypes
    ) -> None:
        known = list(plugins.names())
        if name in known:
            self._found.error(
                self._draft.mark(*at),
                f"{what} {quoted(name)} cannot be used: {plugins.trouble(name)}",
                "then check the site file again",
            )
            return
        self._found.error(
            self._draft.mark(*at),
            f"there is no {what} {quoted(name)} in this installation; "
            f"available: {listed(known, most=50)}",
            did_you_mean(name, known, "use one of these, or install the one that brings it"),
        )

    def _points(
        self,
        at: Path,
        device: dict[str, Any],
        config: type[BaseModel] | None,
        own_ones: dict[str, OwnPoint],
        called: str,
    ) -> dict[str, PointDraft]:
        done: dict[str, PointDraft] = {}
        said_ones = self._part(at, device, "points")
        for item, value in said_ones.items():
            where: Path = (*at, "points", item)
            if not self._good_id(where, item):
                continue
            own_kind, said = self._own_kind_of(value)
            model = self._one(Point, where, said)
            if not isinstance(value, dict):
                continue
            if item in own_ones:
                self._driver_keys(where, value, _Nothing, _POINT_KEYS)
                if model is not None:
                    done[item] = PointDraft(model, {}, None, own_kind, is_own=True)
                continue
            own, typed = self._driver_keys(where, value, config, _POINT_KEYS)
            if model is not None and (typed is not None or config is None):
                done[item] = PointDraft(model, own, typed, own_kind)
        for item, one in own_ones.items():
            if item not in said_ones:
                model = Point.model_validate(said_of(one, called))
                done[item] = PointDraft(model, {}, None, is_own=True)
        return done

    def _own_kind_of(self, value: object) -> tuple[str, object]:
        """The kind of the site's own that a point is of, and the point with the one it is like."""
        own = value.get("kind") if isinstance(value, dict) else None
        words = self._draft.own_kinds.get(own) if isinstance(own, str) else None
        if not isinstance(value, dict) or not isinstance(own, str) or words is None:
            return "", value
        return own, {**value, "kind": str(words.like)}

    def _outputs(
        self, at: Path, device: dict[str, Any], config: type[BaseModel] | None
    ) -> dict[str, Output]:
        part = self._part(at, device, "outputs")
        if part and config is not None and "outputs" not in keys_of(config):
            self._found.error(
                self._draft.mark(*at, "outputs"), "this driver has no outputs", "take them out"
            )
        done: dict[str, Output] = {}
        for item, value in part.items():
            where: Path = (*at, "outputs", item)
            model = self._one(Output, where, value) if self._good_id(where, item) else None
            if model is not None:
                done[item] = model
        return done

    def _part(self, at: Path, device: dict[str, Any], name: str) -> dict[str, Any]:
        value = device.get(name, {})
        if isinstance(value, dict):
            return value
        self._found.error(
            self._draft.mark(*at, name), f"`{name}` needs keys below it", "write one entry a line"
        )
        return {}

    def _driver_keys(
        self,
        at: Path,
        value: dict[str, Any],
        config: type[BaseModel] | None,
        ours: frozenset[str],
        parts: tuple[str, ...] = (),
    ) -> tuple[dict[str, Any], BaseModel | None]:
        """The driver's own keys, as written and as its model reads them."""
        if config is None:
            return {key: entry for key, entry in value.items() if key not in ours}, None
        keys = keys_of(config)
        own = {key: entry for key, entry in value.items() if key in keys}
        if "outputs" in parts and isinstance(own.get("outputs"), dict):
            own["outputs"] = {
                item: {key: entry for key, entry in output.items() if key not in _OUTPUT_KEYS}
                if isinstance(output, dict)
                else output
                for item, output in own["outputs"].items()
            }
        if config.model_config.get("extra") == "allow":
            own = {key: entry for key, entry in value.items() if key in keys or key not in ours}
        elif len(own) < len(value):
            for key in value:
                if key not in ours and key not in own:
                    unknown_key(self._root, at, key, [*keys, *sorted(ours)], self._found)
        return own, self._one(config, at, own)

    def _channel(self, item: str, value: object) -> None:
        at: Path = ("channels", item)
        model = self._one(Channel, at, value)
        if model is None or not isinstance(value, dict):
            return
        channel = self._channels.find(model.driver)
        if channel is None:
            self._no_plugin("channel driver", (*at, "driver"), model.driver, self._channels)
        config = getattr(channel, "Config", None)
        own, _ = self._driver_keys(at, value, config, _CHANNEL_KEYS)
        self._draft.channels[item] = model
        self._draft.channel_configs[item] = own
        if channel is not None:
            self._draft.channel_types[item] = channel

    def _plan(self, name: str, value: object) -> None:
        plan = self._one(Plan, ("plans", name), value)
        if plan is not None:
            self._draft.plans[name] = plan

    def _chain(self, item: str, value: object) -> None:
        at: Path = ("chains", item)
        category, slash, mode = item.partition("/")
        if item != "default" and category not in CATEGORIES:
            cure = did_you_mean(
                category, [*CATEGORIES, "default"], f"one of: {listed(CATEGORIES, most=50)}"
            )
            self._found.error(
                self._draft.mark(*at), f"{quoted(item)} names no category of alarms", cure
            )
        if slash and mode not in MODES:
            cure = did_you_mean(mode, MODES, f"one of: {listed(MODES)}")
            self._found.error(self._draft.mark(*at), f"{quoted(mode)} is no mode", cure)
        try:
            self._draft.chains[item] = _CHAIN.validate_python(value)
        except ValidationError as error:
            report(error, self._root, at, Chain, self._found)

    def _kind(self, item: str, value: object) -> None:
        at: Path = ("kinds", item)
        words = [kind.value for kind in Kind]
        own = item.startswith(OWN_KIND)
        if item not in words and not own:
            cure = did_you_mean(
                item, words, f"one of: {listed(words, most=50)}; your own begins with {OWN_KIND}"
            )
            self._found.error(self._draft.mark(*at), f"{quoted(item)} is no kind", cure)
            return
        model = self._one(KindWords, at, value)
        if model is None:
            return
        if own:
            self._own_kind(at, item, model)
        elif model.like is None:
            self._draft.kinds[Kind(item)] = model
        else:
            self._found.error(
                self._draft.mark(*at, "like"),
                f"{item} is a kind of the table and is like no other",
                f"take `like` out, or name your own kind {OWN_KIND}{item}",
            )

    def _own_kind(self, at: Path, item: str, model: KindWords) -> None:
        """One that says nothing of what happens and what to do would call people for nothing."""
        missing = [key.replace("_", "-") for key in STARRED if getattr(model, key) is None]
        if missing:
            self._found.error(
                self._draft.mark(*at),
                f"the kind {quoted(item)} does not say {listed(missing)}",
                "write them: who is called must know what happens, how grave it is and what to do",
            )
        if model.like is not None:
            self._draft.own_kinds[item] = model
