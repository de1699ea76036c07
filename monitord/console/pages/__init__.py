"""The pages: routes, and one request to the daemon for each thing that people ask for."""

from monitord.console.pages import (
    areas,
    coming,
    declaring,
    devices,
    held,
    incident,
    log,
    points,
    queue,
    running,
    search,
    signing,
    station,
    stream,
    trusting,
    works,
)

ROUTES = (
    *queue.ROUTES,
    *incident.ROUTES,
    *areas.ROUTES,
    *points.ROUTES,
    *devices.ROUTES,
    *held.ROUTES,
    *running.ROUTES,
    *works.ROUTES,
    *search.ROUTES,
    *log.ROUTES,
    *coming.ROUTES,
    *declaring.ROUTES,
    *signing.ROUTES,
    *station.ROUTES,
    *stream.ROUTES,
    *trusting.ROUTES,
)
