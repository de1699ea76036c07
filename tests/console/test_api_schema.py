"""The OpenAPI document against the running API: whatever is sent, the answers are as promised."""

import asyncio
import importlib.util
from typing import Any, Final

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from monitord.console.api.bounds import Bounds
from monitord.people.tokens import TokenRole
from tests.console.conftest import Console
from tests.runtime.control.house import House
from tests.support import missing

#: These go on; tests/console/test_api_streams.py has them.
STREAMS: Final = ("/api/v1/events", "/api/v1/journal")
EXAMPLES: Final = 4


async def test_whatever_is_sent_is_answered_as_the_document_says(
    house: House, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Requests made from the document, right and wrong ones, to every address and verb."""
    if importlib.util.find_spec("schemathesis") is None:
        missing("schemathesis", "make test sets up what requirements/test.txt names")
    monkeypatch.setattr(console.desk.askers, "_asks", Bounds(1_000_000, 1_000.0))
    house.trip()
    token = await house.accounts.add_token("any", TokenRole.OPERATOR)
    async with httpx.AsyncClient(base_url=console.url, trust_env=False) as client:
        document = (await client.get("/api/openapi.json")).json()
    assert all(path.startswith("/api/v1/") for path in document["paths"])
    tried = await asyncio.to_thread(_try_all, document, console.url, token)
    assert tried > 60
    assert house.engine.state.incidents[1].open


def _try_all(document: dict[str, Any], url: str, token: str) -> int:
    """How many requests were made; raises for the first answer that is not as promised."""
    import schemathesis
    from schemathesis import Case, GenerationMode
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks

    promised = [
        not_a_server_error,
        checks.content_type_conformance,
        checks.response_schema_conformance,
        checks.status_code_conformance,
    ]
    headers = {"Authorization": f"Bearer {token}"}
    made = 0

    def one(case: Case) -> None:
        nonlocal made
        made += 1
        answer = case.call(base_url=url, headers=headers, timeout=5)
        case.validate_response(answer, checks=promised)

    schema = schemathesis.openapi.from_dict(document)
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path in STREAMS:
            continue
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            if mode is GenerationMode.NEGATIVE and not operation.body:
                continue
            bounded = settings(
                max_examples=EXAMPLES,
                deadline=None,
                derandomize=True,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            bounded(given(case=operation.as_strategy(generation_mode=mode))(one))()
    return made
