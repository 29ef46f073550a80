"""What is wrong with a test sheet: all of it at once."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmark.acceptance.sheet import Placement, Shown, TestSheet
from data.dataset import hash_file
from data.errors import CargosightError, SuiteError
from data.formats import ScannerProfile, read_scan
from data.scan import Scan, ScanKind
from data.truth import FIREARM, Truth, TruthObject


@dataclass(frozen=True, slots=True)
class Material:
    """What a sheet is about.

    Attributes:
        scans: Every scan that was made, by the name that the sheet calls its file.
        truths: Truth from elsewhere, by the same names; of none, if boxes are in the
            sheet.
        profile: Reads raw vendor files.
    """

    scans: Mapping[str, Path]
    truths: Mapping[str, Truth] = field(default_factory=dict)
    profile: ScannerProfile | None = None

    def read(self, file: str) -> Scan:
        """Read one of the scans.

        Raises:
            ScanFileError: If it is none.
        """
        return read_scan(self.scans[file], profile=self.profile)

    def find(
        self, sheet: TestSheet, placement: Placement, shown: Shown
    ) -> TruthObject | None:
        """The labelled object that a placement is in a scan.

        It is the one of the piece's label and kind, or of its label where labels state
        no kind, as long as there is but one such, or one with the sheet's box.

        Returns:
            None if it cannot be told.
        """
        piece = sheet.piece_of(placement)
        truth = self.truths.get(shown.file) or Truth()
        alike = [each for each in truth.objects if each.label == piece.label]
        close = [each for each in alike if each.kind == piece.kind]
        close = close or [each for each in alike if each.kind is None]
        found = [each for each in close if shown.box in {None, each.box}]
        return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class _Met:
    """What matters of a scan that could be read."""

    size: tuple[int, int]
    kind: ScanKind
    scanner: str | None


def check_sheet(sheet: TestSheet, material: Material) -> None:
    """Refuse a sheet that cannot be sealed.

    Raises:
        SuiteError: One line that names all that is wrong.
    """
    problems = find_problems(sheet, material)
    if problems:
        msg = f"The sheet of {sheet.site} cannot be sealed: {'; '.join(problems)}."
        raise SuiteError(msg)


def find_problems(sheet: TestSheet, material: Material) -> list[str]:
    """All that keeps a sheet from being sealed, in words.

    Args:
        sheet: The sheet.
        material: Its scans, and what is known of them.

    Returns:
        Nothing if all is well.
    """
    problems = [*_find_in_names(sheet)]
    known = {piece.id for piece in sheet.pieces}
    if all(placement.piece in known for placement in sheet.placements):
        problems += _find_in_numbers(sheet)
        problems += _find_in_labels(sheet, material)
    problems += _find_in_files(sheet, material)
    met, unread = _read(sheet, material)
    problems += [*unread, *_find_in_kinds(list(met.values()))]
    for placement, shown in sheet.list_shown():
        if placement.piece in known and shown.file in met:
            problems += _find_in_box(
                sheet, placement, shown, met[shown.file].size, material
            )
    return problems


def _list_files(sheet: TestSheet) -> list[str]:
    """Every file that counts, once, in the order of the sheet."""
    names = [shown.file for _, shown in sheet.list_shown()]
    return list(dict.fromkeys(names + [each.file for each in sheet.clean]))


def _read(sheet: TestSheet, material: Material) -> tuple[dict[str, _Met], list[str]]:
    met, unread = {}, []
    for file in _list_files(sheet):
        if file in material.scans:
            try:
                scan = material.read(file)
                met[file] = _Met(scan.size, scan.kind, scan.info.scanner)
            except CargosightError as error:
                unread.append(str(error).rstrip("."))
    return met, unread


def _find_in_names(sheet: TestSheet) -> Iterator[str]:
    known = {piece.id for piece in sheet.pieces}
    yield from _find_twice("the piece", [piece.id for piece in sheet.pieces])
    yield from _find_twice("the placement", [each.id for each in sheet.placements])
    yield from _find_twice("the clean pass", [each.file for each in sheet.clean])
    for placement in sheet.placements:
        if placement.piece not in known:
            yield f"{placement.id} is of the unknown piece {placement.piece}"
        names = [shown.file for shown in placement.scans]
        yield from _find_twice(f"in {placement.id} the scan", names)
    placed = {shown.file for _, shown in sheet.list_shown()}
    clean = {each.file for each in sheet.clean}
    out = {each.file for each in sheet.left_out}
    yield from (f"{file} is a clean pass and shows a piece" for file in placed & clean)
    yield from (f"{file} is left out and counts" for file in out & (placed | clean))


def _find_twice(what: str, names: Sequence[str]) -> Iterator[str]:
    for name, count in Counter(names).items():
        if count > 1:
            yield f"{what} {name} is listed {count} times"


def _find_in_numbers(sheet: TestSheet) -> Iterator[str]:
    firearms, clean = sheet.count_firearms(), sheet.count_clean()
    if firearms < sheet.least_firearms:
        yield (
            f"{firearms} independent placements of firearms, where "
            f"{sheet.least_firearms} are needed"
        )
    if clean < sheet.least_clean:
        yield (
            f"clean passes of {clean} containers, where {sheet.least_clean} are needed"
        )


def _find_in_labels(sheet: TestSheet, material: Material) -> Iterator[str]:
    """Firearms that labels know and the sheet does not, or the other way round."""
    placed = Counter(
        shown.file
        for placement, shown in sheet.list_shown()
        if sheet.piece_of(placement).label == FIREARM
    )
    for file in _list_files(sheet):
        truth = material.truths.get(file)
        if truth is None:
            continue
        labelled = sum(each.label == FIREARM for each in truth.objects)
        if labelled != placed[file]:
            yield (
                f"{file} has {labelled} firearms by its labels and {placed[file]} by "
                "the sheet"
            )


def _find_in_files(sheet: TestSheet, material: Material) -> Iterator[str]:
    counted = _list_files(sheet)
    listed = {*counted, *(each.file for each in sheet.left_out)}
    for name in sorted(listed - material.scans.keys()):
        yield f"{name} is not among the scans"
    for name in sorted(material.scans.keys() - listed):
        yield f"{name} is nowhere in the sheet (left_out takes it, with a reason)"
    first: dict[str, str] = {}
    for name in counted:
        if name in material.scans:
            other = first.setdefault(hash_file(material.scans[name]), name)
            if other != name:
                yield f"{name} is a copy of {other}"


def _find_in_kinds(met: Sequence[_Met]) -> Iterator[str]:
    kinds = sorted({scan.kind for scan in met})
    if len(kinds) > 1:
        yield f"scans of several kinds ({', '.join(kinds)}): accept each by itself"
    scanners = sorted({scan.scanner for scan in met if scan.scanner})
    if len(scanners) > 1:
        yield f"several scanners ({', '.join(scanners)}): accept each by itself"


def _find_in_box(
    sheet: TestSheet,
    placement: Placement,
    shown: Shown,
    size: tuple[int, int],
    material: Material,
) -> Iterator[str]:
    what = f"{placement.id} in {shown.file}"
    if shown.file in material.truths:
        if material.find(sheet, placement, shown) is None:
            kind = sheet.piece_of(placement).kind
            yield f"{what}: labels do not tell which {kind} it is (state the same box)"
        return
    if shown.box is None:
        yield f"{what} has no box"
        return
    x0, y0, x1, y1 = shown.box
    if not (0 <= x0 < x1 <= size[0] and 0 <= y0 < y1 <= size[1]):
        yield f"{what}: its box does not lie within {size[0]} x {size[1]} px"
