"""The words of the page that puts the authority of a site on a phone."""

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, str]] = {
    "title": "Put this console on a phone",
    "why": "A phone must know this site before it shows its alarms: else nobody can tell this page "
    "from one that only looks like it.",
    "compare": "First compare. Whoever set up monitord has these letters on paper. If one of them "
    "differs, stop, and tell them: somebody stands between you and the site.",
    "fingerprint": "Fingerprint (SHA-256) of the authority of this site",
    "load": "Load the certificate",
    "none": "This console has no authority of its own: it uses a certificate that phones know, or "
    "is for this computer alone. There is nothing to put on a phone.",
    "then": "Then open the console again. The phone must show no warning any more; if it does, it "
    "is not the site.",
}

#: By kind of device, what to do in order.
STEPS: Final[Mapping[str, tuple[str, ...]]] = {
    "iPhone, iPad": (
        "Load the certificate in Safari and allow the profile.",
        "Settings, General, VPN & Device Management: install the profile. Compare again.",
        "Settings, General, About, Certificate Trust Settings: switch it on.",
    ),
    "Android": (
        "Load the certificate.",
        "Settings, search for CA certificate, install it from storage, and agree.",
        "The phone needs a screen lock for it.",
    ),
    "Windows": (
        "Load the certificate and open it. Compare under Details.",
        "Install it for this computer into Trusted Root Certification Authorities.",
    ),
    "Firefox": (
        "Settings, Certificates, Authorities, Import. Compare, and trust it for websites.",
    ),
}
