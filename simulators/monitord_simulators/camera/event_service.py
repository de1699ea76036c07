"""The event service: pull points that are made, pulled, renewed and given up."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from monitord_simulators.camera.device import Device
from monitord_simulators.camera.faults import CameraFault
from monitord_simulators.camera.moments import duration_s, moment, moment_ms
from monitord_simulators.camera.pullpoints import PullPoint
from monitord_simulators.camera.soap import Request, SoapFault, tag
from monitord_simulators.camera.topics import CONCRETE, TOPICS, topic_set, written

PATH: Final = "/onvif/subscription/"
LEASE_S: Final = 60  # where the client names no time
_PULL_S_MAX: Final = 120
_PULL_MESSAGES_MAX: Final = 100
_FAST_RENEW_S: Final = 1.0
_DIALECTS: Final = (CONCRETE, "http://docs.oasis-open.org/wsn/t-1/TopicExpression/Concrete")


def event_properties(device: Device, request: Request) -> str:
    """Every topic with its items."""
    return (
        "<tev:GetEventPropertiesResponse>"
        + tag("tev:TopicNamespaceLocation", "http://www.onvif.org/onvif/ver10/topics/topicns.xml")
        + "<wsnt:FixedTopicSet>true</wsnt:FixedTopicSet>"
        + topic_set(TOPICS.values())
        + "".join(tag("wsnt:TopicExpressionDialect", each) for each in _DIALECTS)
        + tag(
            "tev:MessageContentFilterDialect",
            "http://www.onvif.org/ver10/tev/messageContentFilter/ItemFilter",
        )
        + tag(
            "tev:MessageContentSchemaLocation", "http://www.onvif.org/onvif/ver10/schema/onvif.xsd"
        )
        + "</tev:GetEventPropertiesResponse>"
    )


def service_capabilities(device: Device, request: Request) -> str:
    """How many pull points there may be."""
    return (
        '<tev:GetServiceCapabilitiesResponse><tev:Capabilities WSSubscriptionPolicySupport="true" '
        'WSPausableSubscriptionManagerInterfaceSupport="false" MaxNotificationProducers="0" '
        f'MaxPullPoints="{device.quirks.pull_points_max}" PersistentNotificationStorage="false"/>'
        "</tev:GetServiceCapabilitiesResponse>"
    )


def _lease_s(device: Device, asked: str) -> float:
    """How long a lease is. Raises ``SoapFault`` for a time that cannot be read or has passed."""
    if not asked:
        return LEASE_S
    misread = device.quirks.minutes_as_seconds or device.faults.has(CameraFault.MINUTES_AS_SECONDS)
    seconds: float | None = duration_s(asked, minutes_as_seconds=misread)
    if seconds is None:
        until_ms = moment_ms(asked)
        seconds = None if until_ms is None else (until_ms - device.clock.now_ms()) / 1_000
    if seconds is None or seconds <= 0:
        raise SoapFault(
            "Sender", "ter:InvalidArgVal", reason=f"the time '{asked}' is none that is to come"
        )
    return min(seconds, device.quirks.lease_max_s)


def _times(device: Device, point: PullPoint, prefix: str) -> str:
    now_ms = device.clock.now_ms()
    left_ms = round((point.until_s - device.now_s()) * 1_000)
    return tag(f"{prefix}:CurrentTime", moment(now_ms)) + tag(
        f"{prefix}:TerminationTime", moment(now_ms + left_ms)
    )


def create_pull_point(device: Device, request: Request) -> str:
    """A new subscription, its states queued first."""
    asked = request.text("InitialTerminationTime")
    full = device.faults.has(CameraFault.SUBSCRIPTIONS_FULL)
    point = None
    if not full:
        first = device.states() if device.tells_states() else []
        point = device.pull_points.create(
            _lease_s(device, asked),
            first,
            keeps_itself=not asked,
            topics=request.text("TopicExpression"),
        )
    if point is None:
        raise SoapFault(
            "Receiver",
            "ter:Action",
            "ter:MaxPullPoints",
            reason="the maximum number of pull points is reached",
            status=500,
        )
    where = f"http://{device.subscription_host()}{PATH}{point.number}"
    return (
        "<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference>"
        f"{tag('wsa:Address', where)}</tev:SubscriptionReference>"
        f"{_times(device, point, 'wsnt')}</tev:CreatePullPointSubscriptionResponse>"
    )


def _point(device: Device, request: Request) -> PullPoint:
    """The subscription whose path was asked. Raises ``SoapFault`` for one that is gone."""
    number = request.path.removeprefix(PATH)
    lost = device.faults.take(CameraFault.SUBSCRIPTION_LOST) is not None
    point = device.pull_points.get(int(number)) if number.isdigit() and not lost else None
    if point is None:
        raise _gone()
    return point


def _gone() -> SoapFault:
    return SoapFault(
        "Sender", "ter:InvalidArgVal", "wsnt:ResourceUnknownFault", reason="no such subscription"
    )


async def pull_messages(device: Device, request: Request) -> str:
    """Messages at once when there are some, else when one comes or the time is over."""
    point = _point(device, request)
    wait_s = duration_s(request.text("Timeout", "PT60S"))
    if wait_s is None:
        raise SoapFault("Sender", "ter:InvalidArgVal", reason="the Timeout is no duration")
    limit = request.text("MessageLimit", "1")
    at_most = min(int(limit), _PULL_MESSAGES_MAX) if limit.isdigit() else 1
    if point.keeps_itself:
        point.until_s = max(point.until_s, device.now_s() + LEASE_S)
    events = await point.pull(max(1, at_most), min(wait_s, _PULL_S_MAX))
    if point.is_over:
        raise _gone()
    producer = f"http://{device.told_host}/onvif/event_service"
    end = device.quirks.topic_end
    return (
        f"<tev:PullMessagesResponse>{_times(device, point, 'tev')}"
        + "".join(written(event, topic_end=end, producer=producer) for event in events)
        + "</tev:PullMessagesResponse>"
    )


def set_synchronization_point(device: Device, request: Request) -> str:
    """Tell every state again."""
    point = _point(device, request)
    if device.tells_states():
        for event in device.states():
            point.put(event)
    return "<tev:SetSynchronizationPointResponse/>"


def renew(device: Device, request: Request) -> str:
    """A longer lease."""
    point = _point(device, request)
    if device.quirks.renew_refused or device.faults.take(CameraFault.RENEW_REFUSED):
        raise SoapFault(
            "Sender",
            "ter:InvalidArgVal",
            "wsnt:UnacceptableTerminationTimeFault",
            reason="the termination time is not acceptable",
        )
    now_s, before_s = device.now_s(), point.renewed_s
    point.renewed_s = now_s
    if device.quirks.fast_renew_reboots and before_s and now_s - before_s < _FAST_RENEW_S:
        device.fall_over()
    point.until_s = now_s + _lease_s(device, request.text("TerminationTime"))
    return f"<wsnt:RenewResponse>{_renewed(device, point)}</wsnt:RenewResponse>"


def _renewed(device: Device, point: PullPoint) -> str:
    """The same two times; here the later one stands first."""
    current, _, end = _times(device, point, "wsnt").partition("<wsnt:TerminationTime>")
    return f"<wsnt:TerminationTime>{end}{current}"


def unsubscribe(device: Device, request: Request) -> str:
    """Give the subscription up."""
    device.pull_points.end(_point(device, request).number)
    return "<wsnt:UnsubscribeResponse/>"


OPERATIONS: Final[Mapping[str, Callable[[Device, Request], str | Awaitable[str]]]] = {
    "GetEventProperties": event_properties,
    "GetServiceCapabilities": service_capabilities,
    "CreatePullPointSubscription": create_pull_point,
    "PullMessages": pull_messages,
    "SetSynchronizationPoint": set_synchronization_point,
}
SUBSCRIPTION_OPERATIONS: Final[Mapping[str, Callable[[Device, Request], str]]] = {
    "Renew": renew,
    "Unsubscribe": unsubscribe,
}
