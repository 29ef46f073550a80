"""Suites are made once: by the simulator, or out of real scans with truth."""

import itertools

import numpy as np
import pytest

from benchmark.suite import making
from benchmark.suite.making import RealSource, make_real_suite, make_simulated_suite
from benchmark.suite.plan import SuitePlan
from benchmark.suite.sealed import read_suite
from data.dataset import DatasetIndex, IndexedScan, hash_file
from data.errors import DatasetError, ScanFileError, SuiteError
from data.formats import read_scan, write_scan
from data.scan import Scan
from data.simulation import simulate_scan
from data.splits import Split
from data.truth import Truth, TruthObject
from tests.data.catalog.made import fill

PLAN = SuitePlan.model_validate(
    {
        "name": "small",
        "title": "t",
        "seed": 4,
        "parts": [
            {
                "name": "p",
                "scans": 2,
                "recipe": {"length_m": 2.0, "scanner": "simulated 6 MV"},
            }
        ],
    }
)


def test_an_interrupted_suite_goes_on_and_comes_out_the_same(tmp_path, monkeypatch):
    whole = make_simulated_suite(PLAN, tmp_path / "whole", workers=2)
    simulate = simulate_scan
    calls = itertools.count()

    def stop(*args, **kwargs):
        if next(calls) == 1:
            raise KeyboardInterrupt
        return simulate(*args, **kwargs)

    monkeypatch.setattr(making, "simulate_scan", stop)
    with pytest.raises(KeyboardInterrupt):
        make_simulated_suite(PLAN, tmp_path / "parts")
    with pytest.raises(SuiteError, match="holds no suite"):
        read_suite(tmp_path / "parts")
    monkeypatch.setattr(making, "simulate_scan", simulate)
    again = make_simulated_suite(PLAN, tmp_path / "parts")

    assert again.seal == whole.seal
    assert read_suite(tmp_path / "parts").content == whole.content
    assert [scan.kind for scan in whole.scans] == ["single", "single"]
    assert all(scan.synthetic and scan.pitch_mm for scan in whole.scans)


def test_a_folder_with_another_plan_is_refused(tmp_path):
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "notes.txt").write_text("mine")
    with pytest.raises(DatasetError, match="holds other things"):
        make_simulated_suite(PLAN, tmp_path / "s")


@pytest.fixture
def dataset(tmp_path):
    root = tmp_path / "dataset"
    scans = []
    splits: tuple[Split, ...] = ("train", "held-out", "held-out")
    for number, split in enumerate(splits):
        picture = np.full((40, 60, 3), 10 * number, np.uint8)
        write_scan(Scan(display=picture), root / f"{number}.tiff")
        truth = Truth(objects=(TruthObject(box=(1.0, 2.0, 30.0, 20.0)),) * number)
        (root / f"{number}.json").write_text(truth.model_dump_json())
        scans.append(
            IndexedScan(
                scan=f"{number}.tiff", truth=f"{number}.json", split=split, group="bag"
            )
        )
    index = DatasetIndex(name="real", synthetic=False, scans=tuple(scans))
    (root / "dataset.json").write_text(index.model_dump_json())
    return root


def test_real_scans_are_sealed_with_what_was_said_of_them(tmp_path, dataset):
    groups = tmp_path / "groups.csv"
    groups.write_text("file,group\nx/1.tiff,one\n2.tiff,two\n")
    source = RealSource(dataset, groups=groups, scanner="port", pitch_mm=5.0)
    made = make_real_suite(source, tmp_path / "suite", name="port", title="t")
    suite = read_suite(made.root)
    assert suite == made
    assert [scan.group for scan in suite.scans] == ["one", "two"]
    assert [scan.inspection for scan in suite.scans] == ["bag", "bag"]
    assert [scan.scanner for scan in suite.scans] == ["port", "port"]
    assert [len(suite.truth(scan).objects) for scan in suite.scans] == [1, 2]
    came_from = [hash_file(dataset / f"{number}.tiff") for number in (1, 2)]
    assert [scan.source_sha256 for scan in suite.scans] == came_from
    scan = read_scan(suite.path(suite.scans[1]))
    assert scan.info.pitch_mm == (5.0, 5.0)
    assert scan.display is not None
    assert int(scan.display[0, 0, 0]) == 20


def test_what_cannot_be_sealed_leaves_nothing(tmp_path, dataset):
    source = RealSource(dataset, split="validation")
    with pytest.raises(SuiteError, match="no validation scans"):
        make_real_suite(source, tmp_path / "suite", name="port", title="t")
    (dataset / "2.tiff").write_bytes(b"nonsense")
    with pytest.raises(ScanFileError):
        make_real_suite(RealSource(dataset), tmp_path / "suite", name="p", title="t")
    assert not (tmp_path / "suite").exists()
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "mine").write_text("")
    with pytest.raises(SuiteError, match="not empty"):
        make_real_suite(RealSource(dataset), tmp_path / "used", name="p", title="t")
    assert (tmp_path / "used" / "mine").exists()


def test_a_csv_without_the_columns_is_refused(tmp_path, dataset):
    groups = tmp_path / "groups.csv"
    groups.write_text("scan,bag\n1.tiff,one\n")
    with pytest.raises(SuiteError, match="columns file and group"):
        make_real_suite(
            RealSource(dataset, groups=groups), tmp_path / "s", name="p", title="t"
        )


def test_a_dataset_that_is_all_held_out_can_be_sealed(tmp_path, dataset):
    index = dataset / "dataset.json"
    index.write_text(index.read_text().replace('"train"', '"held-out"'))
    suite = make_real_suite(RealSource(dataset), tmp_path / "s", name="p", title="t")
    assert len(suite.scans) == 3


def test_what_a_catalog_says_of_scanners_is_sealed(tmp_path):
    fill(tmp_path / "set", tmp_path / "disk", scanner="S7", split="held-out")
    source = RealSource(tmp_path / "set", scanner="other", pitch_mm=4.0)
    suite = make_real_suite(source, tmp_path / "suite", name="port", title="t")
    assert {scan.scanner for scan in suite.scans} == {"S7"}
    assert {read_scan(suite.path(s)).info.scanner for s in suite.scans} == {"S7"}
