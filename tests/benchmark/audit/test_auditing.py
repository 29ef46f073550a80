"""Tests of audits as a whole: planted faults are found, and nothing else."""

import json
from dataclasses import replace

import cv2
import numpy as np
import pytest

from benchmark.audit.auditing import audit_dataset
from benchmark.audit.record import PAGE, RECORD, write_audit
from benchmark.audit.sheets import SHOWN
from data.catalog.catalog import open_catalog, write_version
from data.catalog.schema import make_frame
from data.dataset import hash_file
from data.errors import DatasetError
from data.scan import Scan
from data.simulated_dataset import write_simulated_dataset
from data.simulation.recipe import Recipe
from data.truth import LabelOrigin
from tests.benchmark.audit.made import (
    Case,
    make_cases,
    paint_scan,
    pistol,
    write_dataset,
)
from tests.benchmark.report.page import Page


def audit(root, cases):
    """Every check with something found, and the names of the scans."""
    found = audit_dataset(write_dataset(root, cases))
    return {
        finding.check.key: [
            sorted(found.readings[n].entry.name for n in item.scans)
            for item in finding.items
        ]
        for finding in found.findings
        if finding.items
    }


def test_nothing_is_found_in_a_clean_dataset(tmp_path):
    assert audit(tmp_path, make_cases()) == {}


def test_nothing_must_be_mended_in_a_simulated_dataset(tmp_path):
    recipe = Recipe(length_m=2.5, cargo="sacks", firearms=1)
    write_simulated_dataset(tmp_path, scans=3, seed=1, recipe=recipe)
    assert audit_dataset(tmp_path).must_mend == ()


def mirror(scan):
    return replace(scan, high=np.ascontiguousarray(scan.high[:, ::-1]))


def save_again(scan):
    """As a display scan that went through a JPEG."""
    grey = (255 * np.clip(scan.transmission("high"), 0, 1) ** 0.4).astype(np.uint8)
    coded = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, 70])[1]
    shown = cv2.imdecode(coded, cv2.IMREAD_COLOR)
    return Scan(display=np.asarray(shown, np.uint8), info=scan.info)


@pytest.mark.parametrize(
    ("change", "key"),
    [(lambda scan: scan, "copies-across"), (mirror, "near-across")],
)
def test_a_copy_in_another_part_must_be_mended(tmp_path, change, key):
    cases = make_cases()
    cases.append(Case(change(cases[0].scan), (), "held-out", "g9"))
    assert audit(tmp_path, cases) == {key: [["000", "006"]]}


def test_a_picture_that_was_saved_again_is_found_too(tmp_path):
    cases = make_cases()
    first = save_again(cases[0].scan)
    cases.append(Case(first, (), "train", "g8"))
    again = Scan(display=np.ascontiguousarray(first.display[:, ::-1] // 2 * 2))
    cases.append(Case(again, (), "held-out", "g9"))
    found = audit(tmp_path, cases)
    assert any({"006", "007"} <= set(names) for names in found["near-across"])


def test_a_group_in_two_parts_must_be_mended(tmp_path):
    cases = make_cases()
    cases[4] = replace(cases[4], group="g0")
    assert audit(tmp_path, cases) == {"leak-group": [["000", "004"]]}


@pytest.mark.parametrize(
    ("thing", "key"),
    [
        (pistol((200.0, 60.0, 260.0, 95.0)), "box-outside"),
        (pistol((900.0, 900.0, 960.0, 995.0)), "box-outside"),
        (pistol((60.0, 60.0, 60.0, 95.0)), "box-empty"),
        (pistol((60.0, 60.0, 110.0, 61.0)), "box-tiny"),
        (pistol((60.0, 60.0, 200.0, 95.0)), "box-too-large"),
        (pistol((60.0, 60.0, 70.0, 68.0)), "box-too-small"),
        (pistol((2.0, 2.0, 238.0, 158.0), label="harmless"), "box-covers"),
        (pistol((10.0, 2.0, 60.0, 16.0)), "box-plain"),
        (pistol((61.0, 60.0, 110.0, 95.0)), "box-double"),
    ],
)
def test_a_box_that_is_wrong_is_found(tmp_path, thing, key):
    cases = make_cases()
    cases[0] = replace(cases[0], objects=(pistol(), thing))
    assert audit(tmp_path, cases) == {key: [["000"]]}


def test_damaged_files_are_listed_and_all_else_is_audited(tmp_path):
    root = write_dataset(tmp_path, make_cases())
    (root / "001.tiff").write_bytes(b"II*\x00 and then nothing")
    (root / "003.truth.json").write_text('{"objects": [{"box": [1, 2]}]}')
    found = audit_dataset(root)
    named = {f.check.key: f.items for f in found.must_mend}
    assert named.keys() == {"scan-unreadable", "truth-unreadable"}
    assert "001.tiff" in named["scan-unreadable"][0].says
    assert "003.truth.json" in named["truth-unreadable"][0].says
    write_audit(found, root / "out")
    assert "001.tiff" in Page((root / "out" / PAGE).read_text()).words()


def catalogue(root, rows):
    """Catalogue the scans of a folder with more than the scans know."""
    taken = []
    for number, more in enumerate(rows):
        scan, truth = root / f"{number:03d}.tiff", root / f"{number:03d}.truth.json"
        known = {
            "name": f"scan {number}",
            "sha256": hash_file(scan),
            "file": f"scans/{scan.name}",
            "truth": f"truth/{truth.name}",
            "truth_sha256": hash_file(truth),
            "width": 240,
            "height": 160,
            "kind": "single",
            "synthetic": False,
            "weak": False,
            "firearms": 1,
            "ignored": 0,
        }
        taken.append(known | more)
        for path, folder in ((scan, "scans"), (truth, "truth")):
            (root / "set" / folder).mkdir(parents=True, exist_ok=True)
            path.rename(root / "set" / folder / path.name)
    return make_frame(taken)


def test_a_catalogue_tells_more_than_scans_do(tmp_path):
    cases = make_cases()
    weak = LabelOrigin(how="dismissed", weak=True)
    cases[5] = replace(cases[5], truth={"origin": weak})
    write_dataset(tmp_path, cases)
    splits = [case.split for case in cases]
    rows = [{"split": split, "scanner": "S9"} for split in splits]
    rows[0] |= {"inspection": "i", "firearm_ids": ["F1"], "container": "C"}
    rows[2] |= {"inspection": "j", "firearm_ids": ["F2", "F1"], "container": "C"}
    rows[3] |= {"split": None, "inspection": "i"}
    rows[5] |= {"weak": True}
    frame = catalogue(tmp_path, rows)
    write_version(open_catalog(tmp_path / "set"), frame, note="made up")
    found = audit_dataset(tmp_path / "set")
    keys = {f.check.key for f in found.findings if f.items}
    wanted = {"leak-container", "leak-firearm", "part-poor", "weak-held-out"}
    assert keys == wanted
    assert found.version is not None
    assert {reading.scanner for reading in found.readings} == {"S9"}


@pytest.mark.parametrize("size", [(1, 1), (3, 40), (17, 16)])
def test_the_smallest_scans_are_audited_too(tmp_path, size):
    tiny = Scan(display=np.full((*size, 3), 200, np.uint8))
    root = write_dataset(tmp_path, [Case(tiny), Case(paint_scan(1), (pistol(),))])
    write_audit(audit_dataset(root), root / "out")
    assert (root / "out" / PAGE).is_file()


def test_an_empty_dataset_lacks_all_parts(tmp_path):
    assert audit(tmp_path, []).keys() == {"part-poor"}


def test_what_is_no_dataset_is_refused(tmp_path):
    with pytest.raises(DatasetError, match="no dataset"):
        audit_dataset(tmp_path)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A page with many faults, and names that must be escaped."""
    root = tmp_path_factory.mktemp("made")
    cases = make_cases()
    twice = (pistol(), pistol((61.0, 60.0, 110.0, 95.0), kind="<script>x</script>"))
    cases[0] = replace(cases[0], objects=twice, group="<b>g</b>")
    cases[2] = replace(cases[2], group="<b>g</b>")
    outside = tuple(pistol((200.0, y, 260.0, y + 30)) for y in np.arange(10.0, 40.0))
    cases[4] = replace(cases[4], objects=outside)
    found = audit_dataset(write_dataset(root, cases))
    write_audit(found, root / "out")
    return found, root / "out"


def test_the_page_needs_nothing_else_and_no_script(written):
    page = Page((written[1] / PAGE).read_text())
    policy = page.policy()
    assert policy["default-src"] == ["'none'"]
    assert policy["img-src"] == ["data:"]
    assert not page.find("script")
    assert not page.find("link")
    assert all(one["src"].startswith("data:image/") for one in page.find("img"))
    assert not page.unclosed


def test_the_page_shows_what_was_found_with_pictures_and_names(written):
    words = Page((written[1] / PAGE).read_text()).words()
    assert "MEND" in words
    assert "Groups in more than one part" in words
    assert "group <b>g</b>: 1 in train, 1 in validation" in words
    assert "000 (train)" in words
    assert f"(30, {SHOWN} shown)" in words
    assert "The other 6, without pictures" in words
    assert "<script>x</script>" in words  # a text, not an element


def test_the_record_has_every_item_and_every_scan(written):
    found, out = written
    record = json.loads((out / RECORD).read_text())
    assert record["passed"] is False
    items = {f["check"]: f["items"] for f in record["findings"]}
    assert len(items["box-outside"]) == 30
    assert items["box-outside"][0]["boxes"] == [[200.0, 10.0, 260.0, 40.0]]
    assert items["leak-group"][0]["scans"] == ["000", "002"]
    assert [scan["name"] for scan in record["scans"]] == [f"{n:03d}" for n in range(6)]
    assert len(found.readings) == 6


def test_workers_change_nothing(tmp_path):
    root = write_dataset(tmp_path, make_cases()[:2])
    alone, spread = (audit_dataset(root, workers=n) for n in (1, 2))
    assert alone.readings == spread.readings
    assert alone.findings == spread.findings


def test_progress_is_told(tmp_path):
    calls = []
    root = write_dataset(tmp_path, make_cases())
    found = audit_dataset(root, progress=lambda *call: calls.append(call))
    write_audit(found, tmp_path / "out", progress=lambda *call: calls.append(call))
    assert ("reading", 6, 6) in calls
    assert [call for call in calls if call[0] == "drawing"][-1][1:] == (3, 3)
