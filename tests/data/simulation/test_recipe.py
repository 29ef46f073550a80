"""Wishes are gathered, and wrong ones named all together in one line."""

import pytest

from data.errors import SimulationError
from data.simulation.imaging.defects import Defect
from data.simulation.recipe import Recipe, gather_recipe


def write(tmp_path, text):
    path = tmp_path / "recipe.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_nothing_wished_leaves_all_to_chance():
    assert gather_recipe(None, {"cargo": None}) == Recipe()
    assert str(Recipe()) == ""


def test_a_file_and_a_command_line_make_one_recipe(tmp_path):
    text = 'length_m = 6\ncargo = "sacks"\n[[defects]]\nkind = "blur"\nseverity = 2\n'
    found = gather_recipe(write(tmp_path, text), {"cargo": "empty", "firearms": 2})
    blur = Defect(kind="blur", severity=2)
    assert found == Recipe(length_m=6, cargo="empty", firearms=2, defects=(blur,))
    assert str(found) == "length_m 6.0, cargo empty, firearms 2, defects blur 2"


def test_defects_can_be_written_short():
    found = gather_recipe(None, {"defects": ["dose loss:3", "crop:1"]})
    assert found.defects == (
        Defect(kind="dose loss", severity=3),
        Defect(kind="crop", severity=1),
    )


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"length_m": 1.0}, "choose 2 to 16 m"),
        ({"length_m": float("nan")}, "choose 2 to 16 m"),
        ({"firearms": -1}, "choose 0 to 20"),
        ({"harmless": 21}, "choose 0 to 20"),
        ({"cargo": "bananas"}, "there is no cargo 'bananas'; choose one of"),
        ({"scanner": "mine"}, "there is no scanner 'mine'; choose one of simulated"),
        ({"source": "above"}, "choose one of usual, anywhere"),
        ({"kind": "cannon"}, "choose one of pistol"),
        ({"form": "melted"}, "choose one of whole"),
        ({"concealment": "magic"}, "choose one of package"),
        ({"colour": "red"}, "there is no setting 'colour'; choose of scanner"),
        ({"defects": ["fog:1"]}, "there is no defect 'fog'; choose one of dose loss"),
        ({"defects": ["blur"]}, "severity: input should be a valid integer"),
        ({"defects": ["blur:9"]}, "severity: input should be less than or equal to 5"),
    ],
)
def test_what_cannot_be_simulated_is_refused(given, words):
    with pytest.raises(SimulationError, match=words) as caught:
        gather_recipe(None, given)
    assert "\n" not in str(caught.value)


def test_all_that_is_wrong_is_said_at_once(tmp_path):
    path = write(tmp_path, 'length_m = 99\ncolour = "red"\n')
    with pytest.raises(SimulationError, match=r"length_m.*colour") as caught:
        gather_recipe(path, {"firearms": 99})
    assert "recipe.toml cannot be simulated" in str(caught.value)
    assert "firearms" in str(caught.value)


def test_a_file_that_is_no_recipe_is_refused(tmp_path):
    with pytest.raises(SimulationError, match="is no TOML"):
        gather_recipe(write(tmp_path, "= 3"), {})
    with pytest.raises(SimulationError, match="cannot be read"):
        gather_recipe(tmp_path / "none.toml", {})
