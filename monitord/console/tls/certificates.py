"""A site authority, and the certificates that it signs. No files, no clock of its own.

The authority can sign for this site alone: its certificate names what it may speak for (RFC 5280,
name constraints), and a phone refuses everything else from it. So whoever steals its key cannot
stand between a guard and their bank.
"""

import ipaddress
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_DAYS: Final = 3_650
#: Browsers and phones refuse certificates of servers that live much longer than a year.
SERVER_DAYS: Final = 390
#: A server certificate is signed anew this long before its end.
RENEW_DAYS: Final = 30
#: A clock that is a little behind ours must not refuse what was signed just now.
_EARLIER: Final = timedelta(days=1)

#: What the inside of a house may be called; its address may change without a new authority.
_INSIDE: Final = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8"),
        *("fc00::/7", "fe80::/10", "::1/128"),
    )
)
_INSIDE_NAMES: Final = ("localhost", "local", "internal", "lan", "home.arpa")


class Signed(NamedTuple):
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def certificate_pem(self) -> bytes:
        """As it is given to everybody."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def key_pem(self) -> bytes:
        """As it is given to nobody."""
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )


def read(certificate_pem: bytes, key_pem: bytes) -> Signed:
    """From files. Raises ``ValueError`` where they are none, or do not belong together."""
    key = serialization.load_pem_private_key(key_pem, None)
    certificate = x509.load_pem_x509_certificate(certificate_pem)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or (
        certificate.public_key() != key.public_key()
    ):
        raise ValueError("the certificate and the key do not belong together")
    return Signed(certificate, key)


def new_authority(names: Iterable[str], now: datetime) -> Signed:
    """An authority that may sign for ``names`` and for the inside of a house."""
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "monitord"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"monitord site authority {now:%Y-%m-%d}"),
        ]
    )
    constraints = x509.NameConstraints(permitted_subtrees=_permitted(names), excluded_subtrees=None)
    certificate = (
        _begun(called, called, key, now, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(constraints, critical=True)
        .sign(key, hashes.SHA256())
    )
    return Signed(certificate, key)


def issue(authority: Signed, names: Sequence[str], now: datetime) -> Signed:
    """A certificate of a server with these names. Raises ``ValueError`` for none."""
    if not names:
        raise ValueError("a server without a name cannot be proven")
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])
    by = authority.certificate
    certificate = (
        _begun(called, by.subject, key, now, SERVER_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(list(map(_name, names))), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()),
            critical=False,
        )
        .sign(authority.key, hashes.SHA256())
    )
    return Signed(certificate, key)


def is_good(
    server: Signed, authority: x509.Certificate, names: Iterable[str], now: datetime
) -> bool:
    """Whether it has all names, comes from this authority and lasts long enough."""
    ends = server.certificate.not_valid_after_utc
    if server.certificate.issuer != authority.subject or ends - now < timedelta(days=RENEW_DAYS):
        return False
    found = server.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    return set(map(_name, names)) <= set(found.value)


def may_not_sign(authority: x509.Certificate, names: Iterable[str]) -> list[str]:
    """Those of ``names`` that it may not speak for; of a foreign one that says nothing, none."""
    try:
        found = authority.extensions.get_extension_for_class(x509.NameConstraints)
    except x509.ExtensionNotFound:
        return []
    permitted = found.value.permitted_subtrees or []
    return [name for name in names if not any(_is_within(_name(name), p) for p in permitted)]


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256, in pairs, as phones show it."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _permitted(names: Iterable[str]) -> list[x509.GeneralName]:
    found: list[x509.GeneralName] = [x509.DNSName(name) for name in _INSIDE_NAMES]
    found += [x509.IPAddress(network) for network in _INSIDE]
    for name in names:
        asked = _name(name)
        if any(_is_within(asked, one) for one in found):
            continue
        if isinstance(asked, x509.IPAddress):
            asked = x509.IPAddress(ipaddress.ip_network(str(asked.value)))
        found.append(asked)
    return found


def _name(text: str) -> x509.DNSName | x509.IPAddress:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text.lower())


def _is_within(asked: x509.DNSName | x509.IPAddress, permitted: x509.GeneralName) -> bool:
    if isinstance(asked, x509.IPAddress) and isinstance(permitted, x509.IPAddress):
        network = ipaddress.ip_network(str(permitted.value))
        return ipaddress.ip_address(str(asked.value)) in network
    if isinstance(asked, x509.DNSName) and isinstance(permitted, x509.DNSName):
        return asked.value == permitted.value or asked.value.endswith("." + permitted.value)
    return False
