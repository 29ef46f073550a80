"""Projected datasets part firearms and containers, go on, repeat, and leak nothing."""

import json
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from data.dataset import read_dataset
from data.errors import DatasetError, ScanFileError
from data.formats import read_scan, write_scan
from data.projected_dataset import write_projected_dataset
from data.projection.projector import Projector
from data.projection.sources import ProjectionSources, part_cutouts
from data.truth import FIREARM, HARMLESS
from tests.data.projection.test_cutout import write_pair
from tests.data.projection.things import make_box, make_scan
from tests.data.test_simulated_dataset import digest

GUNS = [("pistol", "p0"), ("pistol", "p1"), ("rifle", "r0"), ("rifle", "r1")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("sources")
    for i in range(6):
        scan = make_scan(make_box(seed=i))
        number = {"containers": (f"XSMU000000{i}",)}
        info = scan.info.model_copy(update=number)
        named = SimpleNamespace(scan=scan, info=info)
        write_scan(type(scan)(**_parts(named)), root / "clean" / f"{i}.tiff")
    for kind, stem in GUNS:
        write_pair(root / "guns" / kind, stem)
    for stem in ("a", "b", "c"):
        write_pair(root / "benign" / "drill", stem)
    return root


def _parts(named):
    scan = named.scan
    return {
        "high": scan.high,
        "low": scan.low,
        "air": scan.air,
        "dark": scan.dark,
        "info": named.info,
    }


def make(folder, out, **changes):
    facts = {
        "clean": folder / "clean",
        "cutouts": folder / "guns",
        "benign": folder / "benign",
        "cutout_pitch_mm": 2.0,
    }
    sources = {k: changes.pop(k) for k in [*changes] if k not in SETTINGS}
    settings = {"seed": 3} | changes
    return write_projected_dataset(
        ProjectionSources(**(facts | sources)), out, **settings
    )


SETTINGS = {"seed", "per_scan", "workers", "progress", "refuse"}


@pytest.fixture(scope="module")
def made(folder, tmp_path_factory):
    root = tmp_path_factory.mktemp("made") / "dataset"
    calls = []
    make(
        folder,
        root,
        per_scan=2,
        progress=lambda done, count: calls.append((done, count)),
    )
    return root, calls


def truths(root):
    return {s.name: s.truth((1, 1)) for s in read_dataset(root).samples}


def armed(truth):
    return any(each.label == FIREARM for each in truth.objects)


def test_half_of_the_scans_get_firearms_and_all_are_synthetic(made):
    root, calls = made
    dataset = read_dataset(root)
    assert not dataset.synthetic  # what was projected was scanned
    assert len(dataset.samples) == 12
    assert calls[-1] == (12, 12)
    assert sum(map(armed, truths(root).values())) == 6
    for sample in dataset.samples:
        scan = read_scan(sample.scan)
        assert scan.info.synthetic
        assert scan.info.energies_mv == (6.0, 4.0)
        assert scan.air is not None
        assert scan.air[0, 0] == 60000
        assert sample.truth(scan.size).source == "projection"


def test_harmless_things_are_in_both_halves(made):
    with_them = {
        armed(truth)
        for truth in truths(made[0]).values()
        if any(each.label == HARMLESS for each in truth.objects)
    }
    assert with_them == {True, False}


def test_a_container_is_in_one_part_and_each_part_has_firearms(made):
    parts: dict[str, list[bool]] = {}
    groups: dict[str | None, set[str]] = {}
    for sample in read_dataset(made[0]).samples:
        parts.setdefault(sample.split, []).append(armed(sample.truth((1, 1))))
        groups.setdefault(sample.group, set()).add(sample.split)
    assert set(parts) == {"train", "validation", "held-out"}
    assert all(any(each) and not all(each) for each in parts.values())
    assert len(groups) == 6
    assert all(len(splits) == 1 for splits in groups.values())


def test_a_firearm_is_in_one_part_only(folder, tmp_path, monkeypatch):
    met = []
    add = Projector.add

    def note(self, rng, cutout, label, **kwargs):
        if label == FIREARM:
            met.append((self.scan.info.containers[0], cutout.group))
        return add(self, rng, cutout, label, **kwargs)

    monkeypatch.setattr(Projector, "add", note)
    out = tmp_path / "out"
    make(folder, out, per_scan=3)
    split = {s.group: s.split for s in read_dataset(out).samples}
    homes: dict[str, set[str]] = {}
    for container, group in met:
        homes.setdefault(group, set()).add(split[container])
    assert len(homes) > 2
    assert all(len(home) == 1 for home in homes.values())


def test_parts_of_the_cutouts_are_never_empty_with_three_groups():
    def file(kind, group):
        return SimpleNamespace(kind=kind, group=group)

    for files in (
        [file("pistol", "a"), file("pistol", "b"), file("rifle", "c")],
        [file("pistol", str(i)) for i in range(9)] + [file("rifle", "x")],
    ):
        parts = part_cutouts(files, seed=1)
        assert all(parts.values())
        assert sum(map(len, parts.values())) == len(files)


def test_two_processes_make_the_same_bytes_as_one(made, folder, tmp_path):
    make(folder, tmp_path / "again", per_scan=2, workers=2)
    assert digest(tmp_path / "again") == digest(made[0])


def test_another_seed_makes_other_scans(made, folder, tmp_path):
    make(folder, tmp_path / "other", seed=4)
    theirs, ours = digest(tmp_path / "other"), digest(made[0])
    assert theirs["scans/000000.tiff"] != ours["scans/000000.tiff"]


def test_an_interrupted_run_goes_on_and_makes_nothing_twice(
    made, folder, tmp_path, monkeypatch
):
    root, written = tmp_path / "cut", []

    def stop_at_the_third(scan, path):
        written.append(path.name)
        if len(written) == 3:
            raise KeyboardInterrupt
        write_scan(scan, path)

    monkeypatch.setattr("data.projected_dataset.write_scan", stop_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        make(folder, root, per_scan=2)
    assert not (root / "dataset.json").exists()
    make(folder, root, per_scan=2)
    assert written[3:] == written[2:3] + [f"{i:06d}.tiff" for i in range(3, 12)]
    assert digest(root) == digest(made[0])


def test_without_benign_cutouts_the_simulators_things_stand_in(folder, tmp_path):
    make(folder, tmp_path / "out", benign=None, per_scan=2)
    kinds = {
        each.kind
        for truth in truths(tmp_path / "out").values()
        for each in truth.objects
        if each.label == HARMLESS
    }
    assert kinds
    assert "drill" not in kinds or len(kinds) > 1


def test_files_that_cannot_be_used_are_left_out_in_one_line_each(tmp_path):
    clean, guns = tmp_path / "clean", tmp_path / "guns"
    for i in range(3):
        write_scan(make_scan(make_box(seed=i)), clean / f"{i}.tiff")
    (clean / "torn.tiff").write_bytes(b"II*\0half")
    colours = np.zeros((50, 60, 3), np.uint8)
    colours[..., 2] = 200
    cv2.imwrite(str(clean / "colour.png"), colours)
    write_scan(make_scan(), clean / "gun.tiff")
    truth = {"objects": [{"box": [1.0, 2.0, 3.0, 4.0]}], "format": 2}
    (clean / "gun.truth.json").write_text(json.dumps(truth))
    for stem in "abc":
        write_pair(guns / "pistol", stem)
    cv2.imwrite(str(guns / "pistol" / "small_high.png"), np.zeros((9, 9, 4), np.uint8))
    lines: list[str] = []
    make(
        tmp_path,
        tmp_path / "out",
        benign=None,
        cutouts=guns,
        pitch_mm=4.0,
        refuse=lines.append,
    )
    assert [line.split()[0].rsplit("/", 1)[1] for line in lines] == [
        "small_high.png",
        "colour.png",
        "gun.tiff",
        "torn.tiff",
    ]
    assert all("\n" not in line for line in lines)
    assert len(read_dataset(tmp_path / "out").samples) == 3


def assert_refused(folder, out, error, words, **changes):
    before = digest(out) if out.is_dir() else None
    with pytest.raises(error, match=words) as caught:
        make(folder, out, **changes)
    assert "\n" not in str(caught.value)
    assert before == (digest(out) if out.is_dir() else None)


def test_the_impossible_is_refused_before_anything_is_written(folder, tmp_path):
    out = tmp_path / "out"
    for changes, error, words in (
        ({"seed": -1}, DatasetError, "Choose 0 or more"),
        ({"per_scan": 0}, DatasetError, "Choose 1 or more"),
        ({"clean": tmp_path / "none"}, ScanFileError, "none"),
        ({"cutouts": tmp_path / "none"}, ScanFileError, "none"),
        ({"cutout_pitch_mm": None}, DatasetError, "no cut-out that can be used"),
        (
            {"cutouts": folder / "guns" / "pistol"},
            DatasetError,
            "fewer than 3 firearms",
        ),
    ):
        assert_refused(folder, out, error, words, **changes)


def test_scans_without_a_pitch_need_one(folder, tmp_path):
    write_scan(make_scan(pitch=None), tmp_path / "clean" / "a.tiff")
    lines: list[str] = []
    changes = {"clean": tmp_path / "clean", "refuse": lines.append}
    assert_refused(
        folder, tmp_path / "out", DatasetError, "no scan that can", **changes
    )
    assert "--pitch-mm" in lines[0]
    make(folder, tmp_path / "out", clean=tmp_path / "clean", pitch_mm=5.0)
    scan = read_scan(tmp_path / "out" / "scans" / "000000.tiff")
    assert scan.info.pitch_mm == (5.0, 5.0)
    assert scan.info.pitch_source == "user"


def test_a_folder_of_other_projections_is_left_alone(made, folder):
    assert_refused(folder, made[0], DatasetError, "of 4 cut-outs into 6 scans", seed=9)


def test_a_full_disk_is_met_before_the_work(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=1))
    with pytest.raises(DatasetError, match=r"6 scans need about \d+ MB"):
        make(folder, tmp_path / "out")
    assert not list((tmp_path / "out").rglob("*.tiff"))
