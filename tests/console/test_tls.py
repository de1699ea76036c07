"""TLS (issue row C3, H3): the site's own authority, what it may speak for, and what is renewed."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from monitord.cli import main
from monitord.console.desk import Desk
from monitord.console.server import ClearTextRefused, serve
from monitord.console.tls import names
from monitord.console.tls.certificates import (
    Signed,
    fingerprint,
    issue,
    may_not_sign,
    new_authority,
)
from monitord.console.tls.keeping import GivenTls, OwnTls, TlsRefused
from monitord.console.tls.serving import Authority, renewing
from monitord.runtime.control.server import ControlServer
from tests.console.conftest import Console
from tests.runtime.control.house import PIN

NOW = datetime.now(UTC).replace(microsecond=0)
HERE = ("guard.museum.example", "192.168.7.2", "127.0.0.1", "localhost")


def believing(authority: x509.Certificate) -> ssl.SSLContext:
    """A phone that was given this authority alone, and is as strict as it can be."""
    found = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    found.verify_flags |= ssl.VerifyFlags.VERIFY_X509_STRICT
    found.load_verify_locations(cadata=authority.public_bytes(serialization.Encoding.DER))
    return found


@contextlib.asynccontextmanager
async def listening(context: ssl.SSLContext) -> AsyncIterator[int]:
    async def say(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            writer.close()
            await writer.wait_closed()

    server = await asyncio.start_server(say, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def met(port: int, phone: ssl.SSLContext, name: str) -> x509.Certificate:
    """The certificate that a phone believed. Raises ``ssl.SSLError``."""
    _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=phone, server_hostname=name)
    der = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return x509.load_der_x509_certificate(der)


def served(signed: Signed, folder: Path) -> ssl.SSLContext:
    (folder / "c.pem").write_bytes(signed.certificate_pem())
    (folder / "c.key").write_bytes(signed.key_pem())
    return GivenTls(folder / "c.pem", folder / "c.key").context


@pytest.mark.parametrize("name", HERE)
async def test_a_phone_that_knows_the_authority_believes_the_console(
    name: str, tmp_path: Path
) -> None:
    """By each of its names, with the strictest check that OpenSSL has."""
    tls = OwnTls(tmp_path / "tls", HERE, (), NOW)
    async with listening(tls.context) as port:
        found = await met(port, believing(tls.authority), name)
    assert found.issuer == tls.authority.subject
    assert timedelta(days=380) < found.not_valid_after_utc - NOW < timedelta(days=398)


async def test_who_steals_the_authority_cannot_speak_for_another_house(tmp_path: Path) -> None:
    """Name constraints: the phone itself refuses a bank signed by a museum."""
    authority = new_authority(HERE, NOW)
    for name in ("bank.example", "203.0.113.7"):
        forged = issue(authority, [name], NOW)
        async with listening(served(forged, tmp_path)) as port:
            with pytest.raises(ssl.SSLError, match="permitted subtree violation"):
                await met(port, believing(authority.certificate), name)


async def test_a_phone_without_the_authority_refuses(tmp_path: Path) -> None:
    tls, other = OwnTls(tmp_path / "a", HERE, (), NOW), OwnTls(tmp_path / "b", HERE, (), NOW)
    async with listening(tls.context) as port:
        with pytest.raises(ssl.SSLError):
            await met(port, believing(other.authority), "localhost")


async def test_a_certificate_is_signed_anew_before_it_ends_and_the_authority_stays(
    tmp_path: Path,
) -> None:
    """While it is served: the next phone meets the new one, and believes it as before."""
    tls = OwnTls(tmp_path, HERE, (), NOW)
    async with listening(tls.context) as port:
        first = await met(port, believing(tls.authority), "localhost")
        tls.renew(NOW + timedelta(days=300))
        assert await met(port, believing(tls.authority), "localhost") == first
        tls.renew(NOW + timedelta(days=361))
    kept = x509.load_pem_x509_certificate((tmp_path / "server.pem").read_bytes())
    assert kept.serial_number != first.serial_number
    assert kept.not_valid_after_utc > first.not_valid_after_utc + timedelta(days=300)


def test_a_new_address_is_signed_for_and_a_second_start_changes_nothing(tmp_path: Path) -> None:
    first = OwnTls(tmp_path, HERE, (), NOW)
    before = (tmp_path / "server.pem").read_bytes()
    again = OwnTls(tmp_path, HERE, (), NOW)
    assert (first.was_made, again.was_made) == (True, False)
    assert again.fingerprint == first.fingerprint
    assert (tmp_path / "server.pem").read_bytes() == before
    moved = OwnTls(tmp_path, (*HERE, "10.1.2.3"), (), NOW)
    assert moved.fingerprint == first.fingerprint, "no phone must be touched"
    assert (tmp_path / "server.pem").read_bytes() != before


def test_keys_are_for_the_console_alone(tmp_path: Path) -> None:
    OwnTls(tmp_path / "tls", HERE, (), NOW)
    for name in ("authority.key", "server.key"):
        assert (tmp_path / "tls" / name).stat().st_mode & 0o077 == 0
    assert (tmp_path / "tls").stat().st_mode & 0o077 == 0


def test_a_name_that_the_authority_may_not_have_is_refused_with_what_to_do(tmp_path: Path) -> None:
    """Asked for by a person; one that the machine has of itself is left out."""
    tls = OwnTls(tmp_path, HERE, (), NOW)
    with pytest.raises(TlsRefused, match="Move the folder away"):
        OwnTls(tmp_path, HERE, ("other.example",), NOW)
    again = OwnTls(tmp_path, (*HERE, "198.51.100.9"), (), NOW)
    assert again.fingerprint == tls.fingerprint
    assert may_not_sign(tls.authority, ["a.museum.example", "x.guard.museum.example"]) == [
        "a.museum.example"
    ]


def test_the_key_of_the_authority_may_be_kept_elsewhere_until_it_is_needed(tmp_path: Path) -> None:
    """It is served as long as it lasts, and then says which file must come back."""
    tls = OwnTls(tmp_path, HERE, (), NOW)
    (tmp_path / "authority.key").unlink()
    tls.renew(NOW + timedelta(days=361))
    with pytest.raises(TlsRefused, match="put it back for this start"):
        tls.renew(NOW + timedelta(days=400))


@pytest.mark.parametrize(
    ("certificate", "key"), [("c.pem", "no.key"), ("bad.pem", "c.key"), ("c.pem", "other.key")]
)
def test_a_given_certificate_that_cannot_be_served_says_why(
    certificate: str, key: str, tmp_path: Path
) -> None:
    served(new_authority(HERE, NOW), tmp_path)
    (tmp_path / "bad.pem").write_text(
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"
    )
    (tmp_path / "other.key").write_bytes(new_authority(HERE, NOW).key_pem())
    with pytest.raises(TlsRefused, match="cannot be served"):
        GivenTls(tmp_path / certificate, tmp_path / key)


async def test_a_given_certificate_is_read_again_when_somebody_has_renewed_it(
    tmp_path: Path,
) -> None:
    """Whoever looks after it replaces the files, and restarts nothing."""
    authority = new_authority(HERE, NOW)
    served(issue(authority, HERE, NOW), tmp_path)
    tls = GivenTls(tmp_path / "c.pem", tmp_path / "c.key")
    async with listening(tls.context) as port:
        first = await met(port, believing(authority.certificate), "localhost")
        newer = issue(authority, HERE, NOW)
        served(newer, tmp_path)
        tls.renew(NOW)
        assert await met(port, believing(authority.certificate), "localhost") == newer.certificate
    assert first != newer.certificate


@pytest.mark.parametrize("name", ["", "a b", "m\u00fcnster", "x..y", "https://x", "a" * 254])
def test_what_is_no_name_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(TlsRefused, match="no name and no address"):
        OwnTls(tmp_path / "tls", HERE, (name,), NOW)
    assert not (tmp_path / "tls").exists()


def test_a_key_with_a_password_is_refused_and_nobody_is_asked_at_a_terminal(tmp_path: Path) -> None:
    signed = new_authority(HERE, NOW)
    served(signed, tmp_path)
    locked = signed.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"secret"),
    )
    (tmp_path / "c.key").write_bytes(locked)
    with pytest.raises(TlsRefused, match="cannot be served"):
        GivenTls(tmp_path / "c.pem", tmp_path / "c.key")


async def test_a_certificate_that_cannot_be_renewed_ends_nothing() -> None:
    """The pages go on, and it is tried again."""
    tried = asyncio.Event()

    class Failing:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        times = 0

        def renew(self, _: datetime) -> None:
            Failing.times += 1
            if Failing.times == 2:
                loop.call_soon_threadsafe(tried.set)
            raise TlsRefused("no key")

    loop = asyncio.get_running_loop()
    task = asyncio.create_task(renewing(Failing(), every_s=0.001))
    async with asyncio.timeout(5):
        await tried.wait()
    task.cancel()


def test_what_others_reach_is_never_served_in_the_clear(tmp_path: Path) -> None:
    for host in ("0.0.0.0", "192.168.7.2", "museum.example"):
        with pytest.raises(ClearTextRefused):
            serve(Desk(tmp_path), host, 0)


def test_a_certificate_without_its_key_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["console", "--state", str(tmp_path), "--certificate", str(tmp_path / "c.pem")]
    assert main(words) == 1
    assert "go together" in capsys.readouterr().err


def test_this_machine_has_a_name_and_loopback() -> None:
    """By the kernel: no command of another package is asked."""
    found = names.of_this_machine()
    assert {"localhost", "127.0.0.1"} <= set(found)
    assert len(found) == len(set(found))
    assert not may_not_sign(new_authority(found, NOW).certificate, found)


def test_the_fingerprint_is_what_a_phone_shows() -> None:
    """SHA-256 over the certificate as it is sent, in pairs."""
    signed = new_authority(HERE, NOW)
    der = signed.certificate.public_bytes(serialization.Encoding.DER)
    pem = ssl.DER_cert_to_PEM_cert(der)
    assert pem.encode() == signed.certificate_pem()
    found = fingerprint(signed.certificate)
    assert len(found.split(":")) == 32


# --- the pages ----------------------------------------------------------------------------------


@pytest.fixture
def own(tmp_path: Path) -> OwnTls:
    return OwnTls(tmp_path / "tls", ("127.0.0.1", "localhost"), (), NOW)


@pytest.fixture
async def over_tls(
    own: OwnTls, daemon: ControlServer, tmp_path: Path
) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that was given the site's authority, on a console that serves with it."""
    shown = Authority(own.file.read_bytes(), own.fingerprint)
    async with Console(tmp_path, own, shown) as console:
        headers = {"origin": console.url, "sec-fetch-site": "same-origin"}
        async with httpx.AsyncClient(
            base_url=console.url, headers=headers, trust_env=False, verify=believing(own.authority)
        ) as made:
            yield made


async def test_over_tls_the_session_goes_nowhere_in_the_clear(over_tls: httpx.AsyncClient) -> None:
    """The browser keeps the cookie to itself where a page is not over TLS."""
    answer = await over_tls.post("/sign-on", data={"person": "anna", "pin": PIN})
    assert answer.status_code == 303
    assert "; Secure" in answer.headers["set-cookie"]
    assert "Gallery" in (await over_tls.get("/areas")).text


async def test_the_page_for_phones_gives_the_authority_and_its_fingerprint(
    over_tls: httpx.AsyncClient, own: OwnTls
) -> None:
    """Nobody has to sign on for it."""
    page = (await over_tls.get("/authority")).text
    assert own.fingerprint.replace(":", " ") in page
    answer = await over_tls.get("/authority.crt")
    assert answer.headers["content-type"] == "application/x-x509-ca-cert"
    assert x509.load_pem_x509_certificate(answer.content) == own.authority
    assert b"PRIVATE" not in answer.content


async def test_a_console_without_an_authority_says_so(visitor: httpx.AsyncClient) -> None:
    assert "no authority of its own" in (await visitor.get("/authority")).text
    assert (await visitor.get("/authority.crt")).status_code == 404
