"""`dataset project` as the command line has it."""

import json

import pytest

from cargosight.cli import main
from data.dataset import read_dataset
from data.formats import read_scan, write_scan
from data.projected_dataset import PLAN
from tests.data.projection.test_cutout import write_pair
from tests.data.projection.things import make_picture

GUNS = (("pistol", "p0"), ("pistol", "p1"), ("rifle", "r0"), ("rifle", "r1"))


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """Linear grey pictures, firearms and tools."""
    root = tmp_path_factory.mktemp("port")
    for number in range(4):
        write_scan(make_picture(1.0), root / "clean" / f"{number}.tiff")
    for kind, stem in GUNS:
        write_pair(root / "guns" / kind, stem)
    for stem in ("a", "b", "c"):
        write_pair(root / "tools" / "drill", stem)
    return root


def project(port, out, *more):
    words = [port / "clean", "--cutouts", port / "guns", "--benign", port / "tools"]
    words += ["--out", out, "--cutout-pitch-mm", 2, "--seed", 3, *more]
    return main(["dataset", "project", *map(str, words)])


def mean_darkest(out):
    scans = [read_scan(sample.scan) for sample in read_dataset(out).samples]
    return min(scan.display.mean() for scan in scans if scan.display is not None)


def test_things_are_darker_in_pictures_of_a_steeper_curve(port, tmp_path):
    for gamma in (1.0, 2.4):
        assert project(port, tmp_path / f"{gamma}", "--gamma", gamma) == 0
        plan = json.loads((tmp_path / f"{gamma}" / PLAN).read_text())
        assert plan["gamma"] == gamma
    assert mean_darkest(tmp_path / "1.0") < mean_darkest(tmp_path / "2.4")


def test_scans_of_another_curve_are_not_mixed_in(port, tmp_path, capsys):
    assert project(port, tmp_path, "--gamma", 1) == 0
    capsys.readouterr()
    assert project(port, tmp_path, "--gamma", 2) != 0
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "with seed 3, gamma 1" in said


@pytest.mark.parametrize("gamma", [0.1, 9])
def test_a_curve_that_no_picture_has_is_refused(port, tmp_path, gamma, capsys):
    assert project(port, tmp_path / "out", "--gamma", gamma) != 0
    assert "--gamma" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
