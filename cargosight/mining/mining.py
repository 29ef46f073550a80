"""The flow behind `cargosight mine`: from many scans to a queue for people."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

from cargosight.mining.choosing import Choice, choose_scans
from cargosight.mining.exporting import export_queue
from cargosight.mining.page import PAGE, write_page
from cargosight.mining.queue_file import QUEUE, Queue, write_queue
from cargosight.mining.stating import gather_pool, read_known
from cargosight.mining.wishes import MineWishes
from cargosight.progress import Report
from data.dataset_writing import claim_folder
from data.formats import load_profile
from detector.batch import Reading
from detector.bundle import Bundle, default_bundle_path, read_bundle
from detector.trust import find_pinned, open_bundle

LOOKS: Final = "looks"
PLAN: Final = "mining.json"


class Plan(BaseModel):
    """What the folder of a queue was made with: the same looks serve again."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    bundle_sha256: str
    profile: str | None
    pitch_mm: float | None

    def __str__(self) -> str:
        """What people tell it by."""
        return f"a queue of the bundle {self.bundle_sha256[:12]}"


@dataclass(frozen=True, slots=True)
class Mined:
    """What came of it.

    Attributes:
        queue: What to label next.
        out: Where it is.
        tools: Files for labelling tools.
        failures: One line for each scan that could not be looked at.
    """

    queue: Queue
    out: Path
    tools: tuple[Path, ...]
    failures: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """The figures, for a program."""
        queue = self.queue
        return {
            "looked": queue.looked,
            "known": queue.known,
            "clean": queue.clean,
            "queued": len(queue.items),
            "reasons": {reason: queue.count(reason) for reason in queue.shares},
            "failed": len(self.failures),
            "queue": str(self.out / QUEUE),
            "tools": [str(path) for path in self.tools],
            "bundle": queue.bundle.name,
            "signed_by": queue.bundle.signed_by,
        }

    def sentence(self) -> str:
        """The figures, for a person."""
        queue = self.queue
        reasons = ", ".join(f"{queue.count(r)} {r}" for r in queue.shares)
        known = f", {queue.known} known already" if queue.known else ""
        unsigned = "" if queue.bundle.signed_by else "an unsigned bundle; "
        return (
            f"{len(queue.items)} of {queue.looked} scans to label next ({reasons})"
            f"{known}, {len(self.failures)} failed; {unsigned}see {self.out / PAGE}"
        )


def mine_scans(
    scans: Sequence[str | Path], out: Path, wishes: MineWishes, *, progress: Report
) -> Mined:
    """Run a bundle over scans and put those first that it pays to label.

    Killed and repeated with the same bundle, it goes on where it was; so does a call
    with another budget or more scans.

    Args:
        scans: Files, folders and globs.
        out: Folder: new, empty, or of an earlier call with this bundle.
        wishes: What is asked.
        progress: Told what is done, and how many of how many.

    Raises:
        ScanFileError: If an argument names no scan.
        ResultError: If a wish cannot be met, or no scan could be looked at.
        DatasetError: If `known` or a clean dataset is none, or `out` holds other
            things.
        BundleError: If the bundle is none, is damaged, or may not run.
        DeviceError: If the device is not there.
    """
    tools = wishes.tools
    profile = load_profile(wishes.profile) if wishes.profile else None
    pool = gather_pool(scans, wishes.clean, profile)
    known = None if wishes.known is None else read_known(wishes.known)
    bundle = _open(wishes)
    plan = Plan(
        bundle_sha256=bundle.sha256, profile=wishes.profile, pitch_mm=wishes.pitch_mm
    )
    claim_folder(out, PLAN, plan, scans=LOOKS)
    choice = Choice(pool, known, bundle, out / LOOKS, wishes)
    queue, failures = choose_scans(choice, progress=progress)
    reading = Reading(profile, wishes.pitch_mm)
    write_queue(queue, out)
    write_page(
        queue,
        out,
        reading,
        workers=wishes.workers,
        progress=partial(progress, "drawing the page"),
    )
    written = export_queue(
        queue,
        out,
        tools,
        reading,
        workers=wishes.workers,
        progress=partial(progress, "exporting"),
    )
    return Mined(queue, out, tuple(written), tuple(failures))


def _open(wishes: MineWishes) -> Bundle:
    """The bundle that was named; or the one that ships, as trusted as this code."""
    if wishes.bundle is None:
        return read_bundle(default_bundle_path())
    pinned, unsigned = find_pinned(wishes.trust), wishes.allow_unsigned
    return open_bundle(wishes.bundle, pinned=pinned, allow_unsigned=unsigned)
