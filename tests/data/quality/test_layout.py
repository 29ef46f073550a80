"""Layouts are strict TOML; what is wrong with one is named."""

import json

import pytest

from data.errors import QualityError
from data.quality import Layout, load_layout
from data.quality.layout import (
    AirPatch,
    ContrastPatch,
    MarkerPatch,
    PenetrationPatch,
    Piece,
    WirePatch,
)

SMALL = """
name = "small"
unit = "px"
size = [100, 50]
margin = 2
[[pieces]]
box = [0, 0, 100, 50]
steel_mm = 100
[[patches]]
name = "air"
kind = "air"
box = [120, 0, 150, 50]
"""


def write(tmp_path, text):
    path = tmp_path / "layout.toml"
    path.write_text(text, encoding="utf-8")
    return path


def fail(tmp_path, text):
    with pytest.raises(QualityError) as error:
        load_layout(write(tmp_path, text))
    (line,) = str(error.value).splitlines()
    return line


def test_the_layout_that_ships_has_all_that_is_measured():
    layout = load_layout()
    counts = [
        len(layout.of_kind(kind))
        for kind in (PenetrationPatch, ContrastPatch, WirePatch, AirPatch, MarkerPatch)
    ]
    assert counts == [8, 4, 12, 2, 8]
    assert layout.seen.penetration_cnr == 0.25


def test_every_piece_that_is_measured_lies_on_the_object():
    layout = load_layout()
    for piece in layout.pieces:
        corners = piece.corners()
        assert corners.min() >= 0
        assert (corners <= layout.size).all()


def test_a_layout_of_ones_own_is_read(tmp_path):
    layout = load_layout(write(tmp_path, SMALL))
    assert (layout.unit, layout.size) == ("px", (100, 50))


def test_a_turned_piece_turns_clockwise_about_its_middle():
    corners = Piece(box=(0.0, 0.0, 4.0, 2.0), steel_mm=1.0, turn_deg=90).corners()
    assert corners.round(9).tolist() == [[3, -1], [3, 3], [1, 3], [1, -1]]


def test_the_hash_is_of_what_is_stated_not_of_how(tmp_path):
    plain = load_layout(write(tmp_path, SMALL))
    same = load_layout(write(tmp_path, SMALL.replace("50]", "50.0]") + "# a remark\n"))
    other = load_layout(write(tmp_path, SMALL.replace("margin = 2", "margin = 3")))
    assert plain.sha256 == same.sha256 != other.sha256


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("margin = 2", "margin = -1", "margin"),
        ("margin = 2", "margin = 2\ncolour = 1", "colour"),
        ('unit = "px"', 'unit = "inch"', "unit"),
        ("[0, 0, 100, 50]", "[100, 0, 0, 50]", "left, top, right, bottom"),
        ("[120, 0, 150, 50]", "[120, 0, 123, 50]", "nothing is left of 'air'"),
        ('kind = "air"', 'kind = "marker"', "no patch of the kind air"),
        ('kind = "air"', 'kind = "sea"', "kind"),
        ("steel_mm = 100", "steel_mm = 0", "steel_mm"),
        ("steel_mm = 100", "steel_mm = inf", "steel_mm"),
    ],
)
def test_what_is_wrong_is_named_in_one_line(tmp_path, old, new, said):
    line = fail(tmp_path, SMALL.replace(old, new))
    assert said in line
    assert "layout.toml" in line
    assert line.endswith("Correct it.")


def test_all_faults_are_named_together(tmp_path):
    twice = SMALL + SMALL[SMALL.index("[[patches]]") :]
    wires = "".join(
        f'[[patches]]\nname = "w{mm}"\nkind = "wire"\ndiameter_mm = 1\n'
        f"behind_mm = {mm}\n"
        "start = [0, 0]\nend = [50, 50]\nclear = 9\n"
        for mm in (10, 20)
    )
    line = fail(tmp_path, twice + wires)
    assert "'air' is the name of two" in line
    assert "plates of one thickness only" in line


def test_a_missing_or_mangled_file_is_one_line(tmp_path):
    assert "is not TOML" in fail(tmp_path, "name = ")
    with pytest.raises(QualityError, match="Take standard, or a"):
        load_layout("nonsense")
    with pytest.raises(QualityError, match="cannot be read"):
        load_layout(tmp_path / "missing.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(QualityError, match="cannot be read"):
        load_layout(tmp_path / "bytes.toml")


def test_a_layout_survives_being_written_as_json():
    layout = load_layout()
    assert Layout.model_validate(
        json.loads(layout.model_dump_json()), strict=False
    ) == (layout)
