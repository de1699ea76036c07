"""Recording on the camera's own card: one recording, one job, and what it holds (Profile G)."""

from collections.abc import Callable, Mapping
from typing import Final

from monitord_simulators.camera.device import SOURCE, Device
from monitord_simulators.camera.faults import CameraFault
from monitord_simulators.camera.moments import moment, moment_ms
from monitord_simulators.camera.soap import Request, SoapFault, tag

RECORDING: Final = "recording-1"
JOB: Final = "job-1"


def _mode(device: Device) -> str:
    return "Active" if device.is_recording() else "Idle"


def _job_configuration() -> str:
    return (
        f"<tt:JobConfiguration>{tag('tt:RecordingToken', RECORDING)}"
        "<tt:Mode>Active</tt:Mode><tt:Priority>1</tt:Priority></tt:JobConfiguration>"
    )


def _source(device: Device) -> str:
    return (
        f"<tt:Source>{tag('tt:SourceId', SOURCE)}"
        f"{tag('tt:Name', device.name)}{tag('tt:Location', device.name)}"
        f"<tt:Description>Card</tt:Description>{tag('tt:Address', device.told_host)}</tt:Source>"
    )


def recordings(device: Device, request: Request) -> str:
    """The one recording."""
    return (
        "<trc:GetRecordingsResponse><trc:RecordingItem>"
        f"{tag('tt:RecordingToken', RECORDING)}<tt:Configuration>{_source(device)}"
        "<tt:Content>Continuous</tt:Content>"
        "<tt:MaximumRetentionTime>P3D</tt:MaximumRetentionTime></tt:Configuration><tt:Tracks/>"
        "</trc:RecordingItem></trc:GetRecordingsResponse>"
    )


def recording_jobs(device: Device, request: Request) -> str:
    """The one job."""
    job = f"{tag('tt:JobToken', JOB)}{_job_configuration()}"
    return (
        f"<trc:GetRecordingJobsResponse><trc:JobItem>{job}</trc:JobItem>"
        "</trc:GetRecordingJobsResponse>"
    )


def recording_job_state(device: Device, request: Request) -> str:
    """Whether the job runs."""
    if request.text("JobToken") != JOB:
        raise SoapFault("Sender", "ter:InvalidArgVal", "ter:NoRecordingJob", reason="no such job")
    state = _mode(device)
    return (
        "<trc:GetRecordingJobStateResponse><trc:State>"
        f"{tag('tt:RecordingToken', RECORDING)}{tag('tt:State', state)}"
        f'<tt:Sources><tt:SourceToken Type="http://www.onvif.org/ver10/schema/Profile">'
        f"{tag('tt:Token', 'profile-main')}</tt:SourceToken>{tag('tt:State', state)}"
        "<tt:Tracks/></tt:Sources></trc:State></trc:GetRecordingJobStateResponse>"
    )


def _span(device: Device) -> tuple[str, str]:
    """The oldest and the newest picture on the card."""
    device.is_recording()  # a job that has stopped notes when
    kept = device.recording
    until_ms = device.clock.now_ms() if kept.until_ms is None else kept.until_ms
    from_ms = kept.from_ms
    if device.faults.has(CameraFault.FOOTAGE_DELETED):
        from_ms = max(from_ms, device.clock.now_ms() - 3_600_000)
    return moment(from_ms), moment(until_ms)


def recording_summary(device: Device, request: Request) -> str:
    """From when until when there is anything."""
    oldest, newest = _span(device)
    return (
        "<tse:GetRecordingSummaryResponse><tse:Summary>"
        f"{tag('tt:DataFrom', oldest)}{tag('tt:DataUntil', newest)}"
        "<tt:NumberRecordings>1</tt:NumberRecordings>"
        "</tse:Summary></tse:GetRecordingSummaryResponse>"
    )


def recording_information(device: Device, request: Request) -> str:
    """The same of one recording."""
    if request.text("RecordingToken") != RECORDING:
        raise SoapFault("Sender", "ter:InvalidArgVal", "ter:NoRecording", reason="no recording")
    oldest, newest = _span(device)
    status = "Recording" if device.is_recording() else "Stopped"
    return (
        "<tse:GetRecordingInformationResponse><tse:RecordingInformation>"
        f"{tag('tt:RecordingToken', RECORDING)}{_source(device)}"
        f"{tag('tt:EarliestRecording', oldest)}{tag('tt:LatestRecording', newest)}"
        f"<tt:Content>Continuous</tt:Content>{tag('tt:RecordingStatus', status)}"
        "</tse:RecordingInformation></tse:GetRecordingInformationResponse>"
    )


def find_events(device: Device, request: Request) -> str:
    """Begin a search; what it is for is its token."""
    begin, end = (moment_ms(request.text(name)) for name in ("StartPoint", "EndPoint"))
    if begin is None or end is None:
        raise SoapFault("Sender", "ter:InvalidArgVal", reason="no such time")
    token = tag("tse:SearchToken", f"{begin}-{end}")
    return f"<tse:FindEventsResponse>{token}</tse:FindEventsResponse>"


def event_results(device: Device, request: Request) -> str:
    """When the track began to have data and when it ceased to, and how it was at the beginning."""
    begin, _, end = request.text("SearchToken").partition("-")
    if not (begin.isdecimal() and end.isdecimal()):
        raise SoapFault("Sender", "ter:InvalidArgVal", "ter:InvalidToken", reason="no such search")
    from_ms, until_ms = int(begin), int(end)
    device.is_recording()
    gaps = device.recording.gaps
    there = not any(start <= from_ms < stop for start, stop in gaps)
    told = [(from_ms, there)]
    told += [(start, False) for start, _ in gaps if from_ms < start <= until_ms]
    told += [(stop, True) for _, stop in gaps if from_ms < stop <= until_ms]
    results = "".join(_data_event(at_ms, present) for at_ms, present in sorted(told))
    return (
        "<tse:GetEventSearchResultsResponse><tse:ResultList>"
        f"<tt:SearchState>Completed</tt:SearchState>{results}"
        "</tse:ResultList></tse:GetEventSearchResultsResponse>"
    )


def _data_event(at_ms: int, present: bool) -> str:
    value = "true" if present else "false"
    return (
        f"<tt:Result>{tag('tt:RecordingToken', RECORDING)}{tag('tt:TrackToken', 'video-1')}"
        f"{tag('tt:Time', moment(at_ms))}<tt:Event>"
        "<wsnt:Topic>tns1:RecordingHistory/Track/State</wsnt:Topic><wsnt:Message>"
        f'<tt:Message UtcTime="{moment(at_ms)}"><tt:Source/><tt:Data>'
        f'<tt:SimpleItem Name="IsDataPresent" Value="{value}"/></tt:Data></tt:Message>'
        "</wsnt:Message></tt:Event><tt:StartStateEvent>false</tt:StartStateEvent></tt:Result>"
    )


def service_capabilities(device: Device, request: Request) -> str:
    """What recording can do."""
    return (
        '<trc:GetServiceCapabilitiesResponse><trc:Capabilities DynamicRecordings="false" '
        'DynamicTracks="false" MaxRecordings="1" MaxRecordingJobs="1"/>'
        "</trc:GetServiceCapabilitiesResponse>"
    )


OPERATIONS: Final[Mapping[str, Callable[[Device, Request], str]]] = {
    "GetRecordings": recordings,
    "GetRecordingJobs": recording_jobs,
    "GetRecordingJobState": recording_job_state,
    "GetServiceCapabilities": service_capabilities,
}
SEARCH_OPERATIONS: Final[Mapping[str, Callable[[Device, Request], str]]] = {
    "GetRecordingSummary": recording_summary,
    "GetRecordingInformation": recording_information,
    "FindEvents": find_events,
    "GetEventSearchResults": event_results,
}
