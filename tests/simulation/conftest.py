"""``pytest tests/simulation --seed=151`` replays one seed and tells its story."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--seed", default=None, help="run this one seed and print what happened")


@pytest.fixture
def only_seed(request: pytest.FixtureRequest) -> str | None:
    seed: str | None = request.config.getoption("--seed", default=None)
    return seed
