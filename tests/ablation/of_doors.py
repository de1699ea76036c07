"""Safeguards of the ways in and out: mail, the broker, links, readers."""

from typing import Final

from tests.ablation.taking import Ablation

_MAIL: Final = "tests/channels/test_mail.py::"
_MQTT: Final = "tests/system/test_mqtt.py::"
_RELOADED: Final = "tests/system/test_reload_doors.py::"
_LETTER: Final = "tests/channels/test_letter.py::"
_STREAMS: Final = "tests/runtime/control/test_streams.py::"
_POSTED: Final = "tests/system/test_mail.py::"

ABLATIONS: Final = (
    Ablation(
        "a_busy_mail_server_is_believed",
        "monitord/channels/mail.py",
        "    if 500 <= code <= 599:\n",
        "    if 400 <= code <= 599:\n",
        (
            _MAIL + "test_a_no_at_any_stage",
            _POSTED + "test_an_input_becomes_a_mail_whose_link_acknowledges",
        ),
    ),
    Ablation(
        "a_mail_on_its_way_counts_as_failed",
        "monitord/channels/mail.py",
        'session.stage, session.sending = "mail", True',
        'session.stage = "mail"',
        (_MAIL + "test_silence_after_the_mail_was_on_its_way_is_unknown",),
    ),
    Ablation(
        "mail_goes_in_the_clear",
        "monitord/channels/mail.py",
        '    if not client.supports_extension("starttls"):\n',
        '    if not client.supports_extension("starttls"):\n        return\n',
        (_MAIL + "test_a_server_without_starttls_is_not_spoken_to_in_the_clear",),
    ),
    Ablation(
        "words_become_encoded_words",
        "monitord/channels/letter.py",
        'words = plain(words).replace("=?", "= ?")',
        "words = plain(words)",
        (_LETTER + "test_nothing_that_people_wrote_becomes_a_header_or_ends_the_mail",),
    ),
    Ablation(
        "no_will_is_left_with_the_broker",
        "monitord/runtime/mqtt/wire.py",
        "            will=aiomqtt.Will(topics.status, OFFLINE, QOS, retain=True),\n",
        "",
        (_MQTT + "test_birth_will_and_the_last_word",),
    ),
    Ablation(
        "states_are_not_said_again",
        "monitord/runtime/mqtt/door.py",
        "            self._outgoing.mark_all()\n",
        "",
        (_MQTT + "test_a_broker_killed_and_started_anew_has_everything",),
    ),
    Ablation(
        "a_broker_that_is_away_is_not_told",
        "monitord/runtime/mqtt/door.py",
        "            self._engine.offer(f.BrokerLost(reason=reason))\n",
        "",
        (_MQTT + "test_a_frozen_broker_delays_nothing_and_is_told",),
    ),
    Ablation(
        "a_retained_command_is_carried_out",
        "monitord/runtime/mqtt/commands.py",
        "            if retained:\n",
        "            if False:\n",
        (_MQTT + "test_what_must_not_come_from_afar_is_refused_and_on_record",),
    ),
    Ablation(
        "a_changed_listener_waits",
        "monitord/runtime/doors.py",
        "            await self._replace(ready.listener, ready.old_base)\n",
        "            await ready.listener.close()\n",
        (_RELOADED + "test_a_changed_listener_takes_effect_at_once_or_changes_nothing",),
    ),
    Ablation(
        "a_changed_broker_waits",
        "monitord/runtime/doors.py",
        "        if ready.broker_changes:\n            if self._broker",
        "        if False:\n            if self._broker",
        (_MQTT + "test_a_reload_opens_another_broker_closes_it_and_keeps_the_old_when_it_cannot",),
    ),
    Ablation(
        "each_watcher_has_a_frame_made",
        "monitord/runtime/control/live.py",
        "            if self._frame is not frame:\n",
        "            if True:\n",
        (_STREAMS + "test_a_frame_is_made_once_for_all_who_watch",),
    ),
)
