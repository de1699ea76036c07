"""Safeguards of a search for devices that nobody has written down yet."""

from typing import Final

from tests.ablation.taking import Ablation

_SEEK: Final = "tests/drivers/onvif/test_discovery.py::"
_COMMAND: Final = "tests/cli/test_discover.py::"

ABLATIONS: Final = (
    Ablation(
        "a_new_device_says_where_the_password_goes",
        "drivers/monitord_drivers/onvif/matches.py",
        "        if found.host.lower() in (sender, host.lower()):\n"
        '            return Place(found.scheme, host or sender, found.port), ""\n',
        '        return found, ""\n',
        (_SEEK + "test_it_is_asked_where_its_answer_came_from",),
    ),
    Ablation(
        "a_refused_password_is_tried_again",
        "drivers/monitord_drivers/onvif/introducing.py",
        "            await session.open()\n",
        "            try:\n"
        "                await session.open()\n"
        "            except AuthFault:\n"
        "                await session.open()\n",
        ("tests/drivers/onvif/test_introducing.py::test_a_refused_password_is_tried_once",),
    ),
    Ablation(
        "a_search_goes_on_for_as_long_as_anybody_answers",
        "drivers/monitord_drivers/onvif/hearing.py",
        "        return self._read >= DATAGRAMS_MAX\n",
        "        return False\n",
        (_SEEK + "test_endless_answers_of_many_end_the_search",),
    ),
    Ablation(
        "one_sender_is_listened_to_without_end",
        "drivers/monitord_drivers/onvif/hearing.py",
        "        if self.is_full or self._datagrams[sender] > DATAGRAMS_OF_ONE_MAX:\n",
        "        if self.is_full:\n",
        (_SEEK + "test_endless_answers_of_one_end_with_it",),
    ),
    Ablation(
        "a_device_writes_in_the_site_file",
        "monitord/cli/fragment.py",
        "    return json.dumps(plain(text), ensure_ascii=False)\n",
        "    return f'\"{text}\"'\n",
        (_COMMAND + "test_what_a_camera_says_cannot_write_in_the_piece",),
    ),
    Ablation(
        "a_password_may_be_an_argument",
        "monitord/cli/discover.py",
        "    if args.password is not None:\n",
        "    if args.password is None and args.password:\n",
        (_COMMAND + "test_a_password_is_never_an_argument",),
    ),
)
