"""No bag may be learned from and measured on, however its scans were changed."""

import cv2
import pytest

from cargosight.cli import main
from data.catalog.catalog import read_catalog
from data.dataset import read_dataset
from tests.data.duplicates.bags import copy_forty, draw_bag

OTHERS = 40


@pytest.fixture
def leaky(tmp_path):
    """One bag in 40 files, mirrored, re-saved, cropped; and 40 other bags."""
    for number, picture in enumerate(copy_forty(draw_bag(0))):
        _save(tmp_path / f"disk/same{number:02d}.png", picture)
    for number in range(1, OTHERS + 1):
        _save(tmp_path / f"disk/other{number:02d}.png", draw_bag(number))
    options = ["--from", "empty", "--to", str(tmp_path / "set"), "--workers", "1"]
    assert main(["dataset", "import", str(tmp_path / "disk"), *options]) == 0
    return tmp_path / "set"


def _save(path, picture):
    path.parent.mkdir(exist_ok=True)
    cv2.imwrite(str(path), picture)


def test_one_bag_in_40_files_lands_in_one_part(leaky, capsys):
    shares = ["--held-out", "0.2", "--validation", "0.2", "--workers", "1"]
    assert main(["dataset", "split", str(leaky), *shares]) == 0
    assert "largest of 40 scans" in capsys.readouterr().out
    parts: dict[str, set[str]] = {}
    groups: dict[str | None, set[str]] = {}
    for sample in read_dataset(leaky).samples:
        bag = sample.name if sample.name.startswith("other") else "same"
        parts.setdefault(bag, set()).add(sample.split)
        groups.setdefault(sample.group, set()).add(bag)
    assert len(parts) == OTHERS + 1
    assert all(len(some) == 1 for some in parts.values())
    assert all(len(bags) == 1 for bags in groups.values())
    assert set.union(*parts.values()) == {"train", "validation", "held-out"}


def test_fingerprints_are_kept_and_split_alike_again(leaky):
    split = ["dataset", "split", str(leaky), "--workers", "1"]
    assert main(split) == 0
    first = read_catalog(leaky)
    (kept,) = (leaky / "catalog").glob("*.npz")
    changed = kept.stat().st_mtime_ns
    assert main(split) == 0
    assert read_catalog(leaky).version == first.version
    assert kept.stat().st_mtime_ns == changed


def test_shares_out_of_range_are_refused_in_one_line(leaky, capsys):
    assert main(["dataset", "split", str(leaky), "--held-out", "1.5"]) == 1
    assert "cannot be shared out so: held_out" in capsys.readouterr().err
