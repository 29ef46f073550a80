"""Cut-outs are read from files, with what they attenuate and where they are."""

import json

import cv2
import numpy as np
import pytest

from data.errors import DatasetError, ScanFileError
from data.projection.cutout import (
    CutoutFile,
    find_cutouts,
    find_mask,
    read_cutout,
    read_groups,
)


def write_pair(folder, stem="gun", *, air=60000, hole=True, noise=150):
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    for name, alpha in (("high", 0.5), ("low", 0.6)):
        through = np.ones((60, 90))
        through[15:45, 20:70] = np.exp(-alpha)
        if hole:
            through[25:35, 40:52] = 1
        counts = air * through + rng.normal(0, noise, through.shape)
        pixels = np.clip(np.rint(counts), 0, 65535).astype(np.uint16)
        cv2.imwrite(str(folder / f"{stem}_{name}.png"), pixels)
    return folder / f"{stem}_high.png"


def as_file(path):
    return CutoutFile(path, path.parent.name, "group")


def test_kinds_are_folders_and_groups_are_names(tmp_path):
    write_pair(tmp_path / "pistol", "a")
    write_pair(tmp_path / "rifle", "b")
    found = find_cutouts(tmp_path)
    assert [(f.kind, f.group) for f in found] == [
        ("pistol", "pistol/a"),
        ("rifle", "rifle/b"),
    ]


def test_a_table_of_groups_wins(tmp_path):
    write_pair(tmp_path / "pistol", "a")
    table = tmp_path / "groups.csv"
    table.write_text("file,group\npistol/a_high.png,one\npistol/a_low.png,one\n")
    assert find_cutouts(tmp_path / "pistol", read_groups(table))[0].group == "one"


def test_a_table_without_its_columns_is_refused(tmp_path):
    (tmp_path / "groups.csv").write_text("name\na\n")
    with pytest.raises(DatasetError, match="columns file and group"):
        read_groups(tmp_path / "groups.csv")


def test_air_is_what_the_border_shows_and_holes_stay_holes(tmp_path):
    # Brighter than the usual air: nothing but the border can say so.
    cutout = read_cutout(as_file(write_pair(tmp_path / "pistol", air=47000)), 1.1)
    assert cutout.kind == "pistol"
    assert cutout.pitch_mm == (1.1, 1.1)
    inside = cutout.attenuation[:, 20, 25:65]
    assert inside.mean(axis=1) == pytest.approx([0.5, 0.6], abs=0.01)
    assert not cutout.mask[30, 46]
    assert not cutout.mask[:10].any()
    assert not cutout.attenuation[:, ~cutout.mask].any()


def test_specks_beside_the_thing_are_left_out():
    alpha = np.zeros((50, 60), np.float32)
    alpha[10:30, 10:40] = 0.4
    alpha[40:43, 50:53] = 0.4
    mask = find_mask(alpha)
    assert mask[20, 20]
    assert not mask[41, 51]


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_what_is_no_cutout_is_refused_in_one_line(tmp_path, depth):
    path = tmp_path / "pistol" / ("gun_high.png" if depth == np.uint16 else "gun.png")
    path.parent.mkdir()
    cv2.imwrite(str(path), np.full((40, 40), np.iinfo(depth).max, depth))
    with pytest.raises(ScanFileError) as caught:
        read_cutout(as_file(path), 1.0)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_colour_file_of_8_bits_named_as_a_plane_is_refused(tmp_path):
    path = tmp_path / "gun_high.png"
    cv2.imwrite(str(path), np.zeros((40, 40, 4), np.uint8))
    with pytest.raises(ScanFileError, match="16-bit"):
        read_cutout(as_file(path), 1.0)


def test_a_cutout_without_a_pitch_asks_for_it(tmp_path):
    with pytest.raises(ScanFileError, match="--cutout-pitch-mm"):
        read_cutout(as_file(write_pair(tmp_path)), None)


def test_a_pitch_beside_the_pair_wins(tmp_path):
    path = write_pair(tmp_path)
    info = {"pitch_mm": [1.5, 2.0], "energies_mv": [6.0, 4.0]}
    known = json.dumps({"cargosight_scan": 1, "info": info})
    (tmp_path / "gun_scan.json").write_text(known)
    cutout = read_cutout(as_file(path), 1.0)
    assert cutout.pitch_mm == (1.5, 2.0)
    assert cutout.energies_mv == (6.0, 4.0)
