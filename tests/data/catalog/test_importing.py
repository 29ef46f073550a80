"""Import scans: all of them, or none."""

import cv2
import numpy as np
import pytest

from data.catalog.catalog import (
    list_versions,
    open_catalog,
    read_catalog,
    write_version,
)
from data.catalog.importing import Incoming, import_scans
from data.dataset import read_dataset
from data.errors import DatasetError
from data.formats import read_scan
from data.truth import PROJECTED, LabelOrigin, Truth, read_truth
from tests.data.catalog.made import fill, gun, write_dual


@pytest.fixture
def root(tmp_path):
    return tmp_path / "set"


def share_out(root, parts):
    before = open_catalog(root)
    splits = before.frame["name"].replace_strict(parts, default=None)
    write_version(before, before.frame.with_columns(split=splits), note="shared out")


def bring(root, *scans):
    return import_scans(open_catalog(root), scans, note="test")


def test_scans_and_truth_are_kept_by_their_content(root, tmp_path):
    catalog = fill(root, tmp_path / "disk", scanner="S1", site="KCT").catalog
    row = catalog.frame.row(0, named=True)
    assert (
        catalog.scan_path(row).read_bytes() == (tmp_path / "disk/0.tiff").read_bytes()
    )
    assert read_truth(catalog.truth_path(row)).boxes().tolist() == [[1, 2, 11, 9]]
    assert (row["scanner"], row["site"], row["kind"]) == ("S1", "KCT", "dual")
    assert (row["width"], row["height"], row["firearms"]) == (40, 30, 1)
    assert row["file"] == f"scans/{row['sha256'][:2]}/{row['sha256']}.tiff"


def test_what_a_file_states_of_its_scan_is_catalogued(root, tmp_path):
    path = write_dual(
        tmp_path / "a.tiff",
        scanner="S2",
        view="side",
        containers=("MSKU1234565", "TGHU7654321"),
        pitch_mm=(4.0, 4.1),
        synthetic=True,
    )
    bring(root, Incoming("a", path, Truth(), {"view": "top", "site": None}))
    row = read_catalog(root).frame.row(0, named=True)
    assert row["container"] == "MSKU1234565+TGHU7654321"
    assert (row["scanner"], row["view"], row["pitch_mm"]) == ("S2", "top", 4.0)
    assert row["synthetic"]


def test_what_was_projected_does_not_count_as_simulated(root, tmp_path):
    path = write_dual(tmp_path / "a.tiff", synthetic=True)
    bring(root, Incoming("a", path, Truth(source=PROJECTED), {}))
    assert not read_catalog(root).frame.row(0, named=True)["synthetic"]


def test_a_scan_with_new_labels_keeps_its_name_part_and_place(root, tmp_path):
    fill(root, tmp_path / "disk")
    share_out(root, {"s0": "held-out"})
    found = LabelOrigin(how="search", by="op7")
    truth = Truth(objects=(gun(5, 5, 9, 9, origin=found, firearm="G1"),), source="op")
    done = bring(root, Incoming("other", tmp_path / "disk/0.tiff", truth, {}))
    assert (done.added, done.relabelled, done.same) == (0, 1, 0)
    row = read_catalog(root).frame.row(0, named=True)
    assert (row["name"], row["split"], row["weak"]) == ("s0", "held-out", False)
    assert row["firearm_ids"] == ["G1"]
    first = read_catalog(root, 1)
    before = first.frame.row(0, named=True)
    assert read_truth(first.truth_path(before)).boxes().tolist() == [[1, 2, 11, 9]]


def test_the_same_again_changes_nothing(root, tmp_path):
    fill(root, tmp_path / "disk")
    done = fill(root, tmp_path / "disk")
    assert (done.added, done.relabelled, done.same) == (0, 0, 3)
    assert len(list_versions(root)) == 1


def test_one_scan_in_two_files_comes_in_once(root, tmp_path):
    paths = [write_dual(tmp_path / name) for name in ("a.tiff", "b.tiff")]
    done = bring(root, *(Incoming(p.stem, p, Truth(), {}) for p in paths))
    assert (done.added, done.same) == (1, 1)


def test_one_scan_with_two_labels_is_refused(root, tmp_path):
    paths = [write_dual(tmp_path / name) for name in ("a.tiff", "b.tiff")]
    truths = [Truth(), Truth(objects=(gun(1, 1, 3, 3),))]
    with pytest.raises(DatasetError, match="a and b are the same scan with different"):
        bring(
            root,
            *(Incoming(p.stem, p, t, {}) for p, t in zip(paths, truths, strict=True)),
        )
    assert not list_versions(root)


def test_all_that_is_amiss_is_named_and_nothing_is_imported(root, tmp_path):
    good = write_dual(tmp_path / "good.tiff")
    bad = [tmp_path / "bad1.tiff", tmp_path / "bad2.png", tmp_path / "none.jpg"]
    bad[0].write_bytes(good.read_bytes()[:500])
    bad[1].write_text("no picture")
    scans = [Incoming(path.stem, path, Truth(), {}) for path in (good, *bad)]
    with pytest.raises(DatasetError) as error:
        bring(root, *scans)
    text = str(error.value)
    assert all(path.name in text for path in bad)
    assert "3 things amiss; nothing was imported" in text
    assert not list_versions(root)


def test_a_name_that_another_scan_has_is_refused(root, tmp_path):
    fill(root, tmp_path / "disk")
    path = write_dual(tmp_path / "new.tiff", seed=99)
    with pytest.raises(DatasetError, match="s0 is another scan in the dataset; give a"):
        bring(root, Incoming("s0", path, Truth(), {}))


def test_two_scans_of_one_name_are_refused(root, tmp_path):
    paths = [write_dual(tmp_path / f"{n}.tiff", seed=n) for n in (1, 2)]
    with pytest.raises(DatasetError, match="would both be called same"):
        bring(root, *(Incoming("same", path, Truth(), {}) for path in paths))


def test_a_stopped_import_leaves_no_version_and_goes_on(root, tmp_path):
    paths = [write_dual(tmp_path / f"{n}.tiff", seed=n) for n in range(40)]
    scans = [Incoming(path.stem, path, Truth(), {}) for path in paths]

    def stop(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_scans(open_catalog(root), scans, note="", progress=stop)
    assert not list_versions(root)
    assert bring(root, *scans).added == 40


def test_planes_in_two_files_become_one_native_scan(root, tmp_path):
    planes = np.random.default_rng(1).integers(900, 60000, (2, 20, 30), np.uint16)
    for name, plane in zip(("a_high.png", "a_low.png"), planes, strict=True):
        cv2.imwrite(str(tmp_path / name), plane)
    bring(root, Incoming("a", tmp_path / "a_high.png", Truth(), {}))
    catalog = read_catalog(root)
    row = catalog.frame.row(0, named=True)
    scan = read_scan(catalog.scan_path(row))
    assert (row["kind"], row["file"][-5:]) == ("dual", ".tiff")
    np.testing.assert_array_equal(scan.high, planes[0])
    np.testing.assert_array_equal(scan.low, planes[1])
    assert {path.name for path in root.iterdir()} == {"catalog", "scans", "truth"}


def test_links_share_the_source(root, tmp_path):
    path = write_dual(tmp_path / "a.tiff")
    import_scans(
        open_catalog(root), [Incoming("a", path, Truth(), {})], note="", link=True
    )
    row = read_catalog(root).frame.row(0, named=True)
    assert (root / row["file"]).samefile(path)


def test_a_dataset_is_read_to_train_on_once_it_is_shared_out(root, tmp_path):
    fill(root, tmp_path / "disk", synthetic=True)
    with pytest.raises(DatasetError, match=r"not shared out.*dataset split"):
        read_dataset(root)
    parts = {"s0": "train", "s1": "validation"}
    share_out(root, parts)
    dataset = read_dataset(root)
    assert [(s.name, s.split) for s in dataset.samples] == [*parts.items()]
    assert dataset.synthetic
    first = dataset.samples[0]
    assert first.sha256 == open_catalog(root).frame["sha256"][0]
    assert len(first.truth((0, 0)).objects) == 1
    assert read_dataset(root / "catalog/000002.json").sha256 == dataset.sha256
