"""The pages: routes, and one request to the daemon for each thing that people ask for."""

from monitord.console.pages import coming, declaring, incident, queue, signing, station, stream

ROUTES = (
    *queue.ROUTES,
    *incident.ROUTES,
    *coming.ROUTES,
    *declaring.ROUTES,
    *signing.ROUTES,
    *station.ROUTES,
    *stream.ROUTES,
)
