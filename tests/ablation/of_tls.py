"""Safeguards of the certificates that the pages are served with."""

from typing import Final

from tests.ablation.taking import Ablation

_TLS: Final = "tests/console/test_tls.py::"

ABLATIONS: Final = (
    Ablation(
        "the_certificate_forgets_the_names",
        "monitord/console/tls/certificates.py",
        "x509.SubjectAlternativeName(list(map(_name, names)))",
        "x509.SubjectAlternativeName(list(map(_name, names[:1])))",
        (_TLS + "test_a_phone_that_knows_the_authority_believes_the_console",),
    ),
    Ablation(
        "the_authority_speaks_for_everybody",
        "monitord/console/tls/certificates.py",
        "        .add_extension(constraints, critical=True)\n",
        "",
        (_TLS + "test_who_steals_the_authority_cannot_speak_for_another_house",),
    ),
    Ablation(
        "a_certificate_is_left_to_end",
        "monitord/console/tls/certificates.py",
        " or ends - now < timedelta(days=RENEW_DAYS)",
        "",
        (_TLS + "test_a_certificate_is_signed_anew_before_it_ends_and_the_authority_stays",),
    ),
    Ablation(
        "pages_go_in_the_clear",
        "monitord/console/server.py",
        "    if desk.tls is None and not is_loopback(host):\n",
        "    if desk.tls is None and not host:\n",
        (_TLS + "test_what_others_reach_is_never_served_in_the_clear",),
    ),
)
