"""`cargosight dataset`: labels in, shared out, compared, and out again."""

import json

import cv2
import numpy as np
import pytest

from cargosight.cli import main
from data.annotations.registry import LABEL_FORMATS
from data.catalog.catalog import list_versions, read_catalog
from data.dataset import read_dataset
from data.simulated_dataset import write_simulated_dataset
from data.truth import read_truth
from tests.data.catalog.made import write_dual

COUNT = 12


@pytest.fixture
def disk(tmp_path):
    """Dual scans with a COCO file of one "Gun" on every other."""
    images, labels = [], []
    for n in range(COUNT):
        write_dual(tmp_path / f"disk/day {n % 2}/s{n}.tiff", seed=n)
        name = f"day {n % 2}/s{n}.tiff"
        images.append({"id": n, "file_name": name, "width": 40, "height": 30})
        if n % 2:
            box = [3, 4, 10, 8]
            labels.append(
                {"id": n, "image_id": n, "category_id": 7, "bbox": box, "area": 80}
            )
    content = {
        "images": images,
        "annotations": labels,
        "categories": [{"id": 7, "name": "Gun"}],
    }
    (tmp_path / "labels.json").write_text(json.dumps(content, indent=1))
    return tmp_path


def call(*arguments):
    return main(["dataset", *map(str, arguments)])


def bring(disk, *more):
    return call(
        "import",
        disk / "labels.json",
        *("--from", "coco", "--scans", disk / "disk", "--to", disk / "set"),
        *("--label", "Gun=firearm", "--workers", 1, *more),
    )


def split(disk, *more):
    return call("split", disk / "set", "--no-near", "--held-out", 0.25, *more)


def read_boxes(catalog, name):
    row = catalog.frame.filter(catalog.frame["name"] == name).row(0, named=True)
    return read_truth(catalog.truth_path(row)).boxes().tolist()


def test_labels_come_in_with_what_is_known_of_the_scans(disk, capsys):
    (disk / "facts.csv").write_text("file,container\nday 1/s1.tiff,MSKU1234565\n")
    assert bring(disk, "--scanner", "S1", "--table", disk / "facts.csv") == 0
    assert "12 scans added, 0 with other labels" in capsys.readouterr().out
    catalog = read_catalog(disk / "set")
    assert read_boxes(catalog, "day 1/s1") == [[3, 4, 13, 12]]
    known = catalog.frame.filter(catalog.frame["name"] == "day 1/s1").row(0, named=True)
    assert (known["scanner"], known["container"]) == ("S1", "MSKU1234565")
    assert known["label_source"] == "labels.json"


def test_all_bad_labels_are_listed_with_their_lines_and_nothing_comes_in(disk, capsys):
    content = json.loads((disk / "labels.json").read_text())
    content["annotations"][0]["bbox"] = [35, 4, 10, 8]
    content["annotations"][1]["bbox"] = [3, 4, 0, 8]
    content["annotations"][2]["category_id"] = 99
    content["images"].append(
        {"id": 99, "file_name": "gone.tiff", "width": 40, "height": 30}
    )
    (disk / "labels.json").write_text(json.dumps(content, indent=1))
    assert bring(disk) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1].startswith("4 things amiss; nothing was imported")
    assert sum("labels.json:" in line for line in lines) == 4
    assert "gone.tiff" in "".join(lines)
    assert not list_versions(disk / "set")


def test_an_unknown_class_is_refused_unless_it_is_renamed(disk, capsys):
    options = ("--from", "coco", "--scans", disk / "disk", "--to", disk / "set")
    assert call("import", disk / "labels.json", *options, "--workers", 1) == 1
    assert "Gun" in capsys.readouterr().err


def test_shared_out_it_can_be_trained_on_and_versions_tell_why(disk, capsys):
    assert bring(disk) == 0
    assert split(disk) == 0
    out = capsys.readouterr().out
    assert "2 held-out, 0 left out; 12 groups" in out
    assert len(read_dataset(disk / "set").samples) == COUNT
    assert call("versions", disk / "set") == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.endswith("12 scans: imported from labels.json (coco)")
    assert "2 held out, seal " in second


def test_the_difference_of_versions_is_told(disk, capsys):
    bring(disk)
    split(disk)
    capsys.readouterr()
    assert call("diff", disk / "set", "--most", 2) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "  12 scans in another part"
    assert lines[-1] == "    and 10 more"


def test_scans_are_listed_and_counted(disk, capsys):
    bring(disk, "--site", "KCT")
    capsys.readouterr()
    where = "firearms > 0 AND site = 'KCT'"
    assert call("list", disk / "set", "--where", where, "--columns", "name,site") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["name", "site"]
    assert lines[-1] == "6 scans, 6 firearms"
    assert call("list", disk / "set", "--count", "--csv") == 0
    counted = capsys.readouterr().out.splitlines()
    assert counted[1] == ",KCT,dual,,12,6,6,0,0"
    assert call("list", disk / "set", "--columns", "mood") == 1
    assert "no column 'mood'" in capsys.readouterr().err


@pytest.mark.parametrize("kind", [*LABEL_FORMATS])
def test_what_goes_out_comes_home_unchanged(disk, kind, capsys):
    bring(disk)
    out = disk / f"for-{kind}"
    assert call("export", disk / "set", "--to", kind, "--out", out, "--workers", 1) == 0
    pictures = sorted(out.glob("images/**/*.png"))
    assert len(pictures) == 2 * COUNT
    assert np.asarray(cv2.imread(str(pictures[0]), cv2.IMREAD_UNCHANGED)).dtype == "u1"
    files = {"coco": "labels.json", "label-studio": "labels.json"}
    files |= {"cvat": "annotations.xml", "voc": "annotations", "yolo": ""}
    capsys.readouterr()
    code = call(
        *("import", out / files[kind], "--from", kind, "--to", disk / "set"),
        *("--workers", 1),
    )
    assert code == 0
    assert "0 scans added, 0 with other labels" in capsys.readouterr().out


def test_a_simulated_dataset_keeps_its_parts(tmp_path, capsys):
    write_simulated_dataset(tmp_path / "ds", scans=4, seed=1)
    options = ("--from", "cargosight", "--to", tmp_path / "set", "--keep-split")
    assert call("import", tmp_path / "ds", *options, "--workers", 1) == 0
    before, after = read_dataset(tmp_path / "ds"), read_dataset(tmp_path / "set")
    assert {(s.name, s.split) for s in before.samples} == {
        (s.name, s.split) for s in after.samples
    }
    assert after.synthetic
    assert {s.labels_sha256 for s in before.samples} == {
        s.labels_sha256 for s in after.samples
    }
    assert not capsys.readouterr().err


def test_empty_scans_come_in_as_clean(tmp_path, capsys):
    write_dual(tmp_path / "disk/a.tiff")
    options = ("--from", "empty", "--to", tmp_path / "set", "--workers", 1)
    assert call("import", tmp_path / "disk", *options) == 0
    row = read_catalog(tmp_path / "set").frame.row(0, named=True)
    assert (row["firearms"], row["label_source"]) == (0, "stated to be empty: disk")
    assert "1 scans added" in capsys.readouterr().out


def test_dropped_scans_stay_in_the_versions_before(disk, capsys):
    bring(disk)
    assert call("drop", disk / "set", "--where", "firearms = 0") == 0
    assert "6 scans dropped" in capsys.readouterr().out
    assert len(read_catalog(disk / "set").frame) == COUNT // 2
    assert len(read_catalog(disk / "set", 1).frame) == COUNT


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--from", "word"), "cannot come from 'word'. Choose one of cargosight"),
        (("--from", "coco"), "holds no scans yet. Say where they are: --scans"),
        (("--from", "coco", "--scans", "{disk}/none"), "none"),
    ],
)
def test_a_wrong_wish_is_refused_in_one_line(disk, options, words, capsys):
    given = [option.format(disk=disk) for option in options]
    assert call("import", disk / "labels.json", "--to", disk / "new", *given) == 1
    error = capsys.readouterr().err
    assert words in error
    assert len(error.splitlines()) == 1
    assert not (disk / "new/catalog").exists()


def test_labels_that_come_home_leave_what_was_stated(disk, capsys):
    (disk / "facts.csv").write_text("file,container\nday 1/s1.tiff,REAL9\n")
    bring(disk, "--scanner", "S1", "--table", disk / "facts.csv")
    out = disk / "for-cvat"
    call("export", disk / "set", "--to", "cvat", "--out", out, "--workers", 1)
    labels = (out / "annotations.xml").read_text()
    (out / "annotations.xml").write_text(labels.replace('xbr="13', 'xbr="14'))
    options = ("--from", "cvat", "--to", disk / "set", "--workers", 1)
    assert call("import", out / "annotations.xml", *options) == 0
    assert "6 with other labels" in capsys.readouterr().out
    catalog = read_catalog(disk / "set")
    row = catalog.frame.filter(catalog.frame["name"] == "day 1/s1").row(0, named=True)
    assert (row["scanner"], row["container"]) == ("S1", "REAL9")
    assert read_boxes(catalog, "day 1/s1") == [[3, 4, 14, 12]]


def test_what_another_dataset_holds_out_stays_held_out(disk, capsys):
    bring(disk)
    split(disk)
    options = ("--from", "cargosight", "--to", disk / "more", "--workers", 1)
    assert call("import", disk / "set", *options) == 0
    parts = read_catalog(disk / "more").frame["split"].to_list()
    assert parts.count("held-out") == 2
    assert parts.count(None) == 10
    assert not capsys.readouterr().err


def test_dropped_and_brought_back_it_is_held_out_still(disk, capsys):
    bring(disk)
    split(disk)
    before = read_catalog(disk / "set").frame
    call("drop", disk / "set", "--where", "split = 'held-out'")
    bring(disk)
    split(disk, "--afresh")
    after = read_catalog(disk / "set").frame
    held = [
        f.filter(f["split"] == "held-out")["name"].to_list() for f in (before, after)
    ]
    assert set(held[0]) <= set(held[1])
    assert not capsys.readouterr().err


def test_yolo_pictures_without_a_label_file_are_told(disk, capsys):
    bring(disk)
    out = disk / "y"
    call("export", disk / "set", "--to", "yolo", "--out", out, "--workers", 1)
    papers = sorted(out.glob("labels/**/*.txt"))
    for path in sorted(out.glob("labels/**/*")):
        if path.is_file() and path.name.startswith(papers[-1].stem.split(".")[0] + "."):
            path.unlink()
    options = ("--from", "yolo", "--to", disk / "set", "--workers", 1)
    code = call("import", out, *options)
    error = capsys.readouterr().err
    assert (code, "holds 1 firearms: not empty" in error) == (1, True)


@pytest.mark.parametrize(
    "option", [("--scans", "x"), ("--reviewed",), ("--table", "t.csv")]
)
def test_options_that_say_nothing_are_refused(disk, option, capsys):
    options = ("--from", "station", "--to", disk / "new")
    assert call("import", disk, *options, *option) == 1
    assert f"{option[0]} says nothing with --from station" in capsys.readouterr().err
