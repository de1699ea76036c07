"""Cross checks of the MQTT section: who commands in whose name, and who could listen in."""

from ipaddress import ip_address

from monitord.site import references
from monitord.site.draft import Draft
from monitord.site.findings import Findings


def lint_mqtt(draft: Draft, found: Findings) -> None:
    """Check the users, and that no secret crosses a network in the clear."""
    mqtt = draft.mqtt
    if mqtt is None:
        return
    for name, user in mqtt.users.items():
        at = draft.mark("mqtt", "users", name, "person")
        references.person(draft, user.person, at, found)
    if mqtt.password is not None and mqtt.user is None:
        found.error(
            draft.mark("mqtt", "password"),
            "a password without a user",
            "write `user:` as the broker knows it",
        )
    if mqtt.ca is not None and not mqtt.tls:
        found.error(
            draft.mark("mqtt", "ca"), "`ca` does nothing without TLS", "write `tls: yes` beside it"
        )
    if not mqtt.tls and not _here(mqtt.host) and (mqtt.password or mqtt.users):
        found.warning(
            draft.mark("mqtt", "host"),
            "passwords and tokens cross the network in the clear",
            "write `tls: yes`, or use a broker on this computer",
        )


def _here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
