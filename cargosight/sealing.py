"""The flow behind `cargosight bundle sign`: calibrated goes in, signed comes out."""

import hashlib
import secrets
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from benchmark.acceptance.record import ACCEPTANCE, read_acceptance
from benchmark.evaluation.record import Stamp
from benchmark.report.record import read_report_record
from benchmark.verdict.finding import PASS
from cargosight.retraining.admission import check_candidate, read_candidate_verdict
from cargosight.retraining.record import RECORD
from data.errors import BundleError, VerdictError
from detector.bundle import Bundle, read_bundle, write_files
from detector.card import write_card
from detector.manifest import CARD, Manifest, VerdictRecord
from detector.trust.opening import is_sealed, open_bundle
from detector.trust.pinned import Pinned
from detector.trust.signing import sign_folder

LIFE: Final = timedelta(days=365)
"""How long a bundle is accepted, if nothing else is said."""


@dataclass(frozen=True, slots=True)
class SealWish:
    """What is asked of a signed bundle.

    Attributes:
        key: PEM file of the private key.
        passphrase: Of the key; None if it has none.
        verdict: report.json or acceptance.json of this very bundle that says pass, or
            the candidate.json of a retraining, which its candidate asks for; None to
            sign without one, which manifest and card then say.
        not_after: Last day on which it is accepted; None for a year from now.
        counter: For stations to tell older ones by; None for the next.
    """

    key: Path
    passphrase: str | None = None
    verdict: Path | None = None
    not_after: date | None = None
    counter: int | None = None


def seal_bundle(path: Path, wish: SealWish, *, now: datetime | None = None) -> Bundle:
    """Sign a calibrated bundle for service.

    It is made beside the old one, verified as a station would, and put in its place.

    Args:
        path: Folder of a calibrated bundle.
        wish: What is asked.
        now: The time, with its zone; None for the machine's clock.

    Returns:
        The signed bundle.

    Raises:
        BundleError: If it is not calibrated or signed already, if the key cannot be
            read, or if date or counter are behind.
        VerdictError: If the verdict is not "pass", or is of another bundle.
        ResultError: If there is no verdict in the file.
    """
    now = now or datetime.now(UTC)
    found = read_bundle(path, now=now)
    _check_status(found)
    check_candidate(found, wish.verdict)
    manifest = _make_manifest(found, wish, now)
    place = path.resolve()
    holder = place.with_name(f".{place.name}-{secrets.token_hex(4)}")
    draft = holder / place.name
    try:
        draft.mkdir(parents=True)
        for name in found.manifest.files:
            shutil.copyfile(place / name, draft / name)
        write_files(manifest, draft, {CARD: write_card(manifest).encode()})
        signer = sign_folder(draft, wish.key, wish.passphrase)
        signed = open_bundle(draft, pinned=Pinned((signer,)), now=now)
        _check_kept(found, signed)
        _swap(draft, place, holder / "old")
    finally:
        if place.exists():
            shutil.rmtree(holder, ignore_errors=True)
    return Bundle(path, signed.manifest, signed.sha256, signed.signed_by)


def read_verdict(path: Path, bundle: Bundle) -> VerdictRecord:
    """Read a verdict that a bundle may be signed on.

    Args:
        path: report.json of `benchmark run` or `compare`, acceptance.json, or
            candidate.json of `retrain`.
        bundle: What it must be of.

    Raises:
        ResultError: If the file cannot be read.
        VerdictError: If it is of another bundle, or is not "pass".
    """
    if path.name == RECORD:
        return read_candidate_verdict(path, bundle)
    answer, stamp = _read_answer(path)
    if stamp.bundle.sha256 != bundle.sha256:
        msg = (
            f"{path} is of {stamp.bundle.name} {stamp.bundle.version} "
            f"({stamp.bundle.sha256[:8]}), not of this bundle ({bundle.sha256[:8]}). "
            "Benchmark the bundle as it is now."
        )
        raise VerdictError(msg)
    if answer != PASS:
        said = "no verdict" if answer is None else f"the verdict {answer!r}"
        msg = (
            f"{path} holds {said}: only a bundle that passed is signed. Give it rules "
            "with --rules and pass them, or sign --unproven."
        )
        raise VerdictError(msg)
    return VerdictRecord(
        suite=stamp.suite.name,
        suite_sha256=stamp.suite.seal,
        bundle_sha256=bundle.sha256,
        report_sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
    )


def _read_answer(path: Path) -> tuple[str | None, Stamp]:
    if path.name == ACCEPTANCE:
        acceptance = read_acceptance(path)
        return acceptance.verdict.answer, acceptance.stamp
    record = read_report_record(path)
    answer = None if record.verdict is None else record.verdict.answer
    return answer, record.candidate.stamp


def _check_status(bundle: Bundle) -> None:
    if is_sealed(bundle):
        msg = f"{bundle.root} is signed already. Sign a calibrated bundle."
        raise BundleError(msg)
    if bundle.manifest.status != "calibrated":
        msg = (
            f"{bundle.root} is a {bundle.manifest.status}: its operating points are "
            "not measured. Run `cargosight bundle calibrate` first."
        )
        raise BundleError(msg)


def _make_manifest(bundle: Bundle, wish: SealWish, now: datetime) -> Manifest:
    manifest = bundle.manifest
    counter = manifest.counter + 1 if wish.counter is None else wish.counter
    if counter < manifest.counter:
        msg = (
            f"Counter {counter} is behind that of the bundle, {manifest.counter}. "
            "Give a higher one."
        )
        raise BundleError(msg)
    verdict = None if wish.verdict is None else read_verdict(wish.verdict, bundle)
    changes = {
        "status": "signed",
        "not_after": _choose_end(wish.not_after, now),
        "counter": counter,
        "verdict": verdict,
    }
    return manifest.model_copy(update=changes)


def _choose_end(day: date | None, now: datetime) -> datetime:
    """The last second of a day, in UTC."""
    chosen = (now.astimezone(UTC) + LIFE).date() if day is None else day
    end = datetime.combine(chosen, time(23, 59, 59), UTC)
    if end <= now:
        msg = f"{chosen} is over: such a bundle expired. Give a later --not-after."
        raise BundleError(msg)
    return end


def _check_kept(before: Bundle, after: Bundle) -> None:
    """Nothing but card and manifest may have changed while it was signed."""
    kept = [
        {name: sha256 for name, sha256 in each.manifest.files.items() if name != CARD}
        for each in (before, after)
    ]
    if kept[0] != kept[1]:
        msg = f"{before.root} changed while it was signed. Sign it again."
        raise BundleError(msg)


def _swap(draft: Path, place: Path, old: Path) -> None:
    """Put a folder in the place of another; the old is back if that fails."""
    place.rename(old)
    try:
        draft.rename(place)
    except BaseException:
        old.rename(place)
        raise
