"""Which bundle a site uses: one pointer, replaced whole, and what was used before.

current.json        the bundle in use, since when, and those before it
history.jsonl       every change, a line each; only ever added to

Where the pointer is gone, the next `use` takes what was before from the history.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from data.errors import BundleError
from data.files import write_durably
from detector.bundle import Bundle
from detector.manifest import Sha256
from detector.trust import Pinned, find_pinned, open_bundle

CURRENT: Final = "current.json"
HISTORY: Final = "history.jsonl"
MOST: Final = 50
"""Bundles before the one in use that a site keeps in mind."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class UsedBundle(_Record):
    """A bundle that a site uses or used.

    Attributes:
        path: Its folder.
        name: Its name.
        version: Its version.
        sha256: Of its manifest: nothing else is taken for it.
        counter: Its counter.
        signed_by: Key whose signature was verified; None for an unsigned one.
    """

    path: str
    name: str
    version: str
    sha256: Sha256
    counter: int
    signed_by: str | None = None


class Change(_Record):
    """One change: a line of the history.

    Attributes:
        number: From 1; higher than all before it.
        action: "use" of a bundle that was named, "back" to the one before.
        since: When.
        bundle: What is used from then on.
        left: What was used until then; None at first.
        counter_before: Highest counter that was accepted when it was gone back behind
            it, deliberately; None else.
    """

    number: Annotated[int, Field(ge=1)]
    action: Literal["use", "back"]
    since: AwareDatetime
    bundle: UsedBundle
    left: UsedBundle | None = None
    counter_before: int | None = None


class Current(_Record):
    """What `current.json` holds.

    Attributes:
        change: The last change: its bundle is in use.
        before: The bundles before it, the last one last.
    """

    format: Literal[1] = 1
    change: Change
    before: Annotated[tuple[UsedBundle, ...], Field(strict=False)] = ()

    @property
    def bundle(self) -> UsedBundle:
        """What is in use."""
        return self.change.bundle


@dataclass(frozen=True, slots=True)
class Trust:
    """By what rules a bundle is verified.

    Attributes:
        folder: With the keys of the site; None for the usual one.
        allow_unsigned: Whether one without a signature may be used.
    """

    folder: Path | None = None
    allow_unsigned: bool = False

    def read(self) -> Pinned | None:
        """What is trusted; None if there is nothing.

        Raises:
            TrustError: If the folder is none, or has no key.
        """
        return find_pinned(self.folder)


def use_bundle(bundle: Path, site: Path, *, trust: Trust) -> Current:
    """Verify a bundle by the trust rules, and put it in use at a site.

    Args:
        bundle: Its folder, which must stay where it is.
        site: Folder of the site; made if there is none.
        trust: The rules.

    Returns:
        What is in use now.

    Raises:
        BundleError: If the bundle may not run here, or the site's pointer is damaged.
    """
    place = bundle.resolve()
    opened = open_bundle(
        place,
        pinned=trust.read(),
        allow_unsigned=trust.allow_unsigned,
        remember=False,  # what detects does: a switch that fails forbids nothing
    )
    used = _describe(opened)
    known = _read_if_there(site) or _read_from_history(site)
    if known is not None and known.bundle == used:
        return _switch(site, known, known)
    left = None if known is None else known.bundle
    before = () if known is None else (*known.before, known.bundle)
    change = Change(
        number=_count(site, known) + 1,
        action="use",
        since=datetime.now(UTC),
        bundle=used,
        left=left,
    )
    return _switch(site, known, Current(change=change, before=before[-MOST:]))


def go_back(site: Path, *, trust: Trust) -> Current:
    """Put the bundle before the one in use back in use, though its counter be older.

    All other rules hold. The counters that were accepted are lowered to its own: a
    deliberate roll-back, which the history keeps.

    Args:
        site: Folder of the site.
        trust: The rules.

    Returns:
        What is in use now.

    Raises:
        BundleError: If none was in use before, or it may not run here any more.
    """
    known = read_current(site)
    if not known.before:
        msg = (
            f"At {site} no bundle was in use before. Name one: bundle use (at a "
            "station: station use)."
        )
        raise BundleError(msg)
    last, pinned = known.before[-1], trust.read()
    opened = open_bundle(
        Path(last.path),
        pinned=None if pinned is None else Pinned(pinned.keys),  # without its counters
        allow_unsigned=trust.allow_unsigned,
        remember=False,
    )
    _check_same(opened, last)
    behind = pinned is not None and opened.signed_by is not None
    highest = pinned.go_back(opened.manifest) if behind and pinned else None
    change = Change(
        number=_count(site, known) + 1,
        action="back",
        since=datetime.now(UTC),
        bundle=_describe(opened),
        left=known.bundle,
        counter_before=highest,
    )
    return _switch(site, known, Current(change=change, before=known.before[:-1]))


def open_current(
    site: Path, *, pinned: Pinned | None, allow_unsigned: bool = False
) -> Bundle:
    """Open the bundle in use at a site, if it may run and is still the same.

    Args:
        site: Folder of the site.
        pinned: What is trusted; None if there is nothing.
        allow_unsigned: Whether a bundle without a signature may run.

    Raises:
        BundleError: If none is in use, it may not run here, or it was changed.
    """
    used = read_current(site).bundle
    opened = open_bundle(
        Path(used.path), pinned=pinned, allow_unsigned=allow_unsigned, remember=False
    )
    _check_same(opened, used)
    if pinned is None or opened.signed_by is None:
        return opened
    return open_bundle(opened.root, pinned=pinned)


def read_current(site: Path) -> Current:
    """What is in use at a site.

    Raises:
        BundleError: If nothing is, or the pointer is damaged.
    """
    known = _read_if_there(site)
    if known is None:
        msg = (
            f"At {site} no bundle is in use. Name one: cargosight bundle use (at a "
            "station: station use)."
        )
        raise BundleError(msg)
    return known


def read_changes(site: Path) -> tuple[Change, ...]:
    """All changes at a site, the first one first; none if nothing was ever in use.

    Args:
        site: Folder of the site.

    Raises:
        BundleError: If the history cannot be read.
    """
    return tuple(_list_changes(_read_history(site)))


def _describe(bundle: Bundle) -> UsedBundle:
    manifest = bundle.manifest
    return UsedBundle(
        path=str(bundle.root.resolve()),
        name=manifest.name,
        version=manifest.version,
        sha256=bundle.sha256,
        counter=manifest.counter,
        signed_by=bundle.signed_by,
    )


def _check_same(bundle: Bundle, used: UsedBundle) -> None:
    if bundle.sha256 != used.sha256:
        msg = (
            f"{used.path} is not the bundle that was put in use ({used.name} "
            f"{used.version}, {used.sha256[:8]}). Put that back, or use this one."
        )
        raise BundleError(msg)


def _count(site: Path, known: Current | None) -> int:
    """The highest number that was given: by the pointer, or ever."""
    numbers = [change.number for change in _list_changes(_read_history(site))]
    return max([0 if known is None else known.change.number, *numbers])


def _read_from_history(site: Path) -> Current | None:
    """What was in use last, and before; None if no change is known."""
    changes = [*_list_changes(_read_history(site))]
    before = list[UsedBundle]()
    for change in changes:
        if change.action == "back":
            before = before[:-1]
        elif change.left is not None:
            before.append(change.left)
    kept = tuple(before[-MOST:])
    return Current(change=changes[-1], before=kept) if changes else None


def _switch(site: Path, known: Current | None, wanted: Current) -> Current:
    """Replace the pointer, then add to the history what it says."""
    if known is not None:
        _keep_history(site, known)
    try:
        write_durably(site / CURRENT, wanted.model_dump_json(indent=1).encode() + b"\n")
        _keep_history(site, wanted)
    except OSError as error:
        msg = f"{site} cannot be written: {error.strerror or error}. Check its rights."
        raise BundleError(msg) from error
    return wanted


def _keep_history(site: Path, current: Current) -> None:
    """Add the last change, unless it is there: one that was killed may have left it."""
    place, text = site / HISTORY, _read_history(site)
    if current.change in _list_changes(text):
        return
    torn = b"\n" if text and not text.endswith(b"\n") else b""
    line = current.change.model_dump_json(exclude_none=True).encode() + b"\n"
    with place.open("ab") as stream:
        stream.write(torn + line)
        stream.flush()
        os.fsync(stream.fileno())


def _read_history(site: Path) -> bytes:
    place = site / HISTORY
    try:
        return place.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        msg = f"{place} cannot be read: {error.strerror or error}. Check its rights."
        raise BundleError(msg) from error


def _list_changes(text: bytes) -> Iterator[Change]:
    """The changes, the first one first; a line that a power cut tore is none."""
    for line in text.splitlines():
        try:
            yield Change.model_validate_json(line)
        except ValidationError:
            continue


def _read_if_there(site: Path) -> Current | None:
    place = site / CURRENT
    try:
        return Current.model_validate_json(place.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        msg = (
            f"{place} cannot be read as what is in use. Remove it, and put a bundle in "
            "use again."
        )
        raise BundleError(msg) from error
