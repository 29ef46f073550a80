"""A sheet and its scans become a sealed suite, or all that is wrong is said at once."""

import shutil

import numpy as np
import pytest

from benchmark.acceptance.checking import find_problems
from benchmark.acceptance.sealing import (
    CLEAN,
    PLACED,
    SHEET,
    list_material,
    read_sealed_sheet,
    seal_sheet,
)
from benchmark.acceptance.sealing import (
    make_sheet as make_dataset_sheet,
)
from benchmark.evaluation.slices import describe_pose
from benchmark.suite.sealed import read_suite
from data.dataset import DatasetIndex, IndexedScan
from data.errors import SuiteError
from data.formats import read_scan, write_scan
from data.truth import Truth, TruthObject
from tests.benchmark.acceptance.sites import (
    GUN,
    HIDDEN,
    make_entries,
    make_picture,
    make_sheet,
    seal_site,
    write_scans,
)
from tests.detector.seeing import make_display


@pytest.fixture
def scans(tmp_path):
    write_scans(tmp_path / "scans")
    return tmp_path / "scans"


def find(sheet, scans, **more):
    return find_problems(sheet, list_material(scans, **more))


def test_a_sheet_that_fits_its_scans_has_no_problems(scans):
    assert find(make_sheet(), scans) == []


def test_all_problems_are_named_together(scans):
    entries = make_entries()
    entries["pieces"].append({"id": "P1", "kind": "rifle"})
    entries["placements"][0]["scans"][0]["box"] = (8, 6, 99, 16)
    entries["placements"][0]["scans"][1]["file"] = "gone.tiff"
    entries["placements"][1]["scans"][0]["box"] = None
    entries["placements"][2]["id"] = "A2"
    entries["clean"][0]["file"] = "a2.tiff"
    entries["clean"].pop()
    entries["left_out"].append({"file": "c05.tiff", "reason": "it alarmed"})
    shutil.copy(scans / "c07.tiff", scans / "c08.tiff")
    (scans / "c09.tiff").write_bytes(b"no scan")
    problems = find(make_sheet(**entries), scans)
    for part in (
        "the piece P1 is listed 2 times",
        "the placement A2 is listed 2 times",
        "a2.tiff is a clean pass and shows a piece",
        "c05.tiff is left out and counts",
        "clean passes of 43 containers, where 44 are needed",
        "gone.tiff is not among the scans",
        "a1-2.tiff is nowhere in the sheet",
        "c43.tiff is nowhere in the sheet",
        "c08.tiff is a copy of c07.tiff",
        "c09.tiff",
        "A1 in a1-1.tiff: its box does not lie within 64 x 32 px",
        "A2 in a2.tiff has no box",
    ):
        assert any(part in problem for problem in problems), part
    with pytest.raises(SuiteError) as caught:
        seal_sheet(make_sheet(**entries), list_material(scans), scans.parent / "suite")
    assert all(problem in str(caught.value) for problem in problems)
    assert "\n" not in str(caught.value)
    assert not (scans.parent / "suite").exists()


def test_unknown_pieces_and_too_few_firearms_are_problems(scans):
    entries = make_entries()
    entries["placements"][1]["piece"] = "P9"
    assert "A2 is of the unknown piece P9" in find(make_sheet(**entries), scans)
    problems = find(make_sheet(least_firearms=3), scans)
    assert problems == ["2 independent placements of firearms, where 3 are needed"]


def test_scans_of_two_kinds_or_scanners_are_not_one_site(scans):
    write_scan(make_display((64, 32)), scans / "c00.tiff")
    picture = make_picture(99)
    for number, name in ((1, "one"), (2, "two")):
        info = picture.info.model_copy(update={"scanner": name})
        scan = make_picture(number + 50)
        object.__setattr__(scan, "info", info)
        write_scan(scan, scans / f"c0{number}.tiff")
    problems = find(make_sheet(), scans)
    assert "scans of several kinds (display, single): accept each by itself" in problems
    assert "several scanners (one, two): accept each by itself" in problems


def test_the_suite_holds_what_the_sheet_says(tmp_path):
    seal_site(tmp_path)
    suite = read_suite(tmp_path / "suite")
    assert len(suite.scans) == 48
    by_file = {scan.inspection: scan for scan in suite.scans}
    assert {by_file[f].part for f in ("a1-1.tiff", "t1.tiff")} == {PLACED}
    assert by_file["c00.tiff"].part == CLEAN
    assert by_file["a1-1.tiff"].group == by_file["a1-2.tiff"].group
    assert by_file["a1-1.tiff"].group != by_file["a2.tiff"].group
    assert {scan.scanner for scan in suite.scans} == {"one"}
    truth = suite.truth(by_file["a1-1.tiff"])
    (gun,) = truth.objects
    assert (gun.box, gun.label, gun.kind) == (GUN, "firearm", "pistol")
    assert gun.concealment == "rice"
    assert describe_pose(gun.pose) == "edge-on"
    assert suite.truth(by_file["c00.tiff"]).objects == ()
    assert suite.truth(by_file["t1.tiff"]).objects[0].label == "harmless"


def test_scans_are_sealed_to_the_count(tmp_path):
    suite = seal_site(tmp_path)
    scan = next(scan for scan in suite.scans if scan.inspection == "a2.tiff")
    ours, theirs = read_scan(tmp_path / "scans/a2.tiff"), read_scan(suite.path(scan))
    assert np.array_equal(ours.transmission("high"), theirs.transmission("high"))


def test_a_pitch_that_files_do_not_state_is_taken_from_the_sheet(tmp_path):
    write_scans(tmp_path / "scans")
    scan = make_picture(0, [GUN])
    blank = scan.info.model_copy(update={"pitch_mm": None, "pitch_source": None})
    object.__setattr__(scan, "info", blank)
    write_scan(scan, tmp_path / "scans/a1-1.tiff")
    material = list_material(tmp_path / "scans")
    suite = seal_sheet(make_sheet(pitch_mm=5.0), material, tmp_path / "suite")
    pitches = {scan.inspection: scan.pitch_mm for scan in suite.scans}
    assert pitches["a1-1.tiff"] == (5.0, 5.0)
    assert pitches["a1-2.tiff"] == (4.0, 4.0)


def test_the_sealed_sheet_is_read_back_and_no_other(tmp_path):
    suite = seal_site(tmp_path)
    assert read_sealed_sheet(suite) == make_sheet()
    place = tmp_path / "suite" / SHEET
    place.write_text(place.read_text().replace("rice", "lead"))
    with pytest.raises(SuiteError, match="was changed since it was sealed"):
        read_sealed_sheet(suite)


def test_a_suite_without_a_sheet_is_not_of_a_site(tmp_path):
    suite = seal_site(tmp_path)
    (tmp_path / "suite" / SHEET).unlink()
    with pytest.raises(SuiteError, match="no site's suite"):
        read_sealed_sheet(suite)


def write_dataset(root, truths, *, groups=None):
    """A dataset of the scans of a folder, all to train on."""
    rows = []
    for name, truth in truths.items():
        (root / f"{name}.json").write_text(truth.model_dump_json())
        rows.append(
            IndexedScan(
                scan=f"{name}.tiff",
                truth=f"{name}.json",
                split="train",
                group=(groups or {}).get(name),
            )
        )
    index = DatasetIndex(name="d", synthetic=False, scans=tuple(rows))
    (root / "dataset.json").write_text(index.model_dump_json())


def gun(box=GUN, kind="pistol"):
    x0, y0, x1, y1 = map(float, box)
    return TruthObject(box=(x0, y0, x1, y1), kind=kind, contrast=0.5)


def test_boxes_may_come_from_labels(tmp_path, scans):
    entries = make_entries()
    for placement in entries["placements"][:2]:
        for shown in placement["scans"]:
            shown["box"] = None
    truths = {
        "a1-1": Truth(objects=(gun(),)),
        "a1-2": Truth(objects=(gun(kind=None),)),
        "a2": Truth(objects=(gun(HIDDEN),)),
    }
    write_dataset(scans, truths)
    material = list_material(scans, labels=scans)
    suite = seal_sheet(make_sheet(**entries), material, tmp_path / "suite")
    sheet = read_sealed_sheet(suite)
    assert [shown.box for shown in sheet.placements[0].scans] == [GUN, GUN]
    assert [shown.box for shown in sheet.placements[1].scans] == [HIDDEN]
    first = next(scan for scan in suite.scans if scan.inspection == "a1-1.tiff")
    assert suite.truth(first).objects[0].contrast == 0.5


def test_labels_that_do_not_tell_pieces_apart_or_know_others_are_problems(scans):
    entries = make_entries()
    entries["placements"][0]["scans"][0]["box"] = None
    two = Truth(objects=(gun(), gun(HIDDEN)))
    write_dataset(scans, {"a1-1": two, "c00": Truth(objects=(gun(),))})
    problems = find(make_sheet(**entries), scans, labels=scans)
    assert problems == [
        "a1-1.tiff has 2 firearms by its labels and 1 by the sheet",
        "c00.tiff has 1 firearms by its labels and 0 by the sheet",
        "A1 in a1-1.tiff: labels do not tell which pistol it is (state the same box)",
    ]


def test_a_labelled_dataset_is_sealed_without_a_sheet(tmp_path, scans):
    truths = {
        "a1-1": Truth(objects=(gun(), gun(HIDDEN, kind=None))),
        "a2": Truth(objects=(gun(),)),
        "t1": Truth(objects=(gun().model_copy(update={"label": "harmless"}),)),
        "c00": Truth(),
        "c01": Truth(),
    }
    write_dataset(scans, truths, groups={"c00": "box", "c01": "box"})
    heading = make_sheet(
        pieces=[],
        placements=[],
        clean=[],
        left_out=[],
        least_firearms=2,
        least_clean=2,
    )
    sheet, material = make_dataset_sheet(scans, heading, "train")
    suite = seal_sheet(sheet, material, tmp_path / "suite")
    assert len(suite.scans) == 5
    assert {piece.kind for piece in sheet.pieces} == {"pistol", "firearm"}
    assert (sheet.count_firearms(), sheet.count_clean()) == (2, 2)
    assert len(sheet.placements) == 3
    groups = {scan.inspection: scan.group for scan in suite.scans}
    assert groups["c00.tiff"] == groups["c01.tiff"] != groups["t1.tiff"]


def test_a_dataset_without_such_a_part_is_refused(scans):
    write_dataset(scans, {"a2": Truth()})
    with pytest.raises(SuiteError, match="has no held-out scans"):
        make_dataset_sheet(scans, make_sheet())


def test_two_labelled_scans_of_one_name_are_refused(tmp_path, scans):
    shutil.copytree(scans, tmp_path / "set/one")
    shutil.copytree(scans, tmp_path / "set/two")
    rows = []
    for folder in ("one", "two"):
        place = tmp_path / "set" / folder / "a2.json"
        place.write_text(Truth().model_dump_json())
        rows.append(
            IndexedScan(
                scan=f"{folder}/a2.tiff", truth=f"{folder}/a2.json", split="train"
            )
        )
    index = DatasetIndex(name="d", synthetic=False, scans=tuple(rows))
    (tmp_path / "set/dataset.json").write_text(index.model_dump_json())
    with pytest.raises(SuiteError, match=r"two scans a2\.tiff"):
        list_material(scans, labels=tmp_path / "set")
