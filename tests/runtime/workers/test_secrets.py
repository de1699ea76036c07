"""A device's password: named in the site, put in on the way to its driver, and told to nobody."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from monitord.driver import ConfigFault, Secret
from monitord.runtime.building import Order
from monitord.runtime.credentials import CredentialError
from monitord.runtime.device_secrets import with_secrets
from tests.runtime.workers.house import DRIVER, House, folder_of, live, site_with

WORD = "s3cret-of-a-camera"
NAMED = {"password": {"credential": "camera"}}

#: Writes down what it was given, where the test may look.
SIGNED = (
    DRIVER
    + """

from monitord.driver import Secret


class SignedSection(Section):
    password: Secret


class Signed(Odd):
    Config = SignedSection

    async def open(self, line=None):
        print(self.config, repr(self.config.password), flush=True)
        Path(self.config.note).write_text(self.config.password.reveal())

    async def poll(self):
        return [False for _ in self.points()]


DRIVER = Signed
"""
)


class Section(BaseModel):
    """What a driver with a password declares."""

    password: Secret


def order_of(section: dict[str, Any]) -> Order:
    return Order("cam", "signed", None, section, (), 100, 1_000)


def read(name: str) -> str:
    """What is stored."""
    if name != "camera":
        raise CredentialError(f"credential {name} is missing")
    return WORD


def test_a_secret_is_filled_in_wherever_the_section_names_it() -> None:
    order = order_of({**NAMED, "more": [{"token": {"credential": "camera"}}, 3]})
    filled = with_secrets(order, read).section
    assert Section.model_validate(filled).password.reveal() == WORD
    assert filled["more"][0]["token"]["text"] == WORD
    assert WORD not in str(order), "the accepted site's own section was changed"


def test_a_section_without_one_is_left_as_it_is() -> None:
    order = order_of({"unit": 1, "more": [{"a": 2}]})
    assert with_secrets(order, read) is order


def test_one_that_is_not_stored_is_a_fault_that_says_so() -> None:
    with pytest.raises(ConfigFault, match="credential other is missing"):
        with_secrets(order_of({"password": {"credential": "other"}}), read)


def test_a_secret_does_not_show_itself() -> None:
    section = Section.model_validate(with_secrets(order_of(NAMED), read).section)
    assert WORD not in f"{section} {section!r} {section.model_dump_json()}"


def test_a_secret_in_the_site_file_is_none() -> None:
    with pytest.raises(ValidationError):
        Section.model_validate({"password": WORD})
    assert list(Secret.model_json_schema()["properties"]) == ["credential"]


def test_it_reaches_the_worker_and_nobody_else(tmp_path: Path) -> None:
    note = tmp_path / "note"
    site = site_with(cam={"driver": "signed", "config": {**NAMED, "note": str(note)}})
    folder = folder_of(tmp_path, signed=SIGNED)

    async def story(house: House) -> None:
        await house.polled("cam")
        worker = house.vitals("cam").worker
        assert note.read_text() == WORD
        await house.until(lambda: house.said("worker_says", worker), "it prints its section")

    house = live(lambda: House(site, folder, read_secret=read), story)
    assert WORD not in str(house.logged)
    assert WORD not in str(house.told)
    assert WORD not in str(site)
