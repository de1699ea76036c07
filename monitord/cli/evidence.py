"""``evidence``: an incident with its pictures as one ZIP, and whether such a ZIP is whole.

On paper, without a daemon: who may read the state folder may export out of it, and nobody else.
"""

from argparse import Namespace
from typing import Any

from monitord.cli.errors import Exit, Mistake
from monitord.cli.journal import journal_of, whole_file
from monitord.cli.output import answer
from monitord.cli.page import Page, line
from monitord.cli.where import of_journal
from monitord.pictures.store import PictureStore
from monitord.runtime.evidence_check import Damaged, check
from monitord.runtime.evidence_pack import Manifest, NotExported, gather
from monitord.runtime.evidence_pack import export as pack

View = dict[str, Any]


def export(args: Namespace) -> int:
    """The entries of an incident and its pictures, to ``--out``."""
    store = PictureStore(of_journal(args.state))
    try:
        with journal_of(args) as reader:
            found = gather(reader.opening(), reader.scan(), args.number)
        if not found.lines:
            raise Mistake(f"The journal has no incident {args.number}", code="unknown")
        with whole_file(args.out) as out:
            manifest, digest = pack(found, args.number, store.get, out)
    except NotExported as error:
        raise Mistake(f"Incident {args.number} is not exported: {error}") from None
    answer(args, {**_view(manifest, digest), "out": str(args.out)}, _exported)
    return Exit.DONE


def verify(args: Namespace) -> int:
    """Whether a ZIP of evidence is whole; with ``--sha256`` also whether it is that one."""
    try:
        with args.zip.open("rb") as file:
            manifest, digest = check(file)
    except OSError as error:
        raise Mistake(f"{args.zip} cannot be read: {error.strerror}") from None
    except Damaged as error:
        answer(args, {"whole": False, "damage": str(error)}, _damaged)
        return Exit.REFUSED
    if args.sha256 not in (None, digest):
        said = {"whole": False, "damage": f"it is whole, but another one: its sha256 is {digest}"}
        answer(args, said, _damaged)
        return Exit.REFUSED
    answer(args, {"whole": True, **_view(manifest, digest)}, _whole)
    return Exit.DONE


def _view(manifest: Manifest, digest: str) -> View:
    return {
        "site": manifest.site,
        "incident": manifest.incident,
        "pictures": len(manifest.pictures),
        "missing": [each.picture for each in manifest.pictures if not each.file],
        "position": manifest.position,
        "head": manifest.head,
        "sha256": digest,
    }


def _exported(view: View) -> Page:
    return [
        line(f"Incident {view['incident']} with {view['pictures']} pictures is in {view['out']}."),
        *_tail(view),
        line("Write the sha256 down beside it: `monitord evidence verify` asks for it."),
    ]


def _whole(view: View) -> Page:
    said = f"Whole: incident {view['incident']} of {view['site']}, {view['pictures']} pictures."
    return [line(said), *_tail(view)]


def _tail(view: View) -> Page:
    missing = ", ".join(str(number) for number in view["missing"])
    gone = [line(f"Pictures that the store no longer had: {missing}.")] if missing else []
    return [
        *gone,
        line(f"sha256 of its manifest: {view['sha256']}"),
        line(f"journal up to entry {view['position']}: {view['head']}"),
    ]


def _damaged(view: View) -> Page:
    return [line(f"Not whole: {view['damage']}.")]
