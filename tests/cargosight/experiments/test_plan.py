"""Plans say what is trained on what; with anything wrong they are refused."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from cargosight.experiments.plan import list_shipped, read_plan
from data.errors import TrainingError
from tests.cargosight.experiments.plans import make_plan
from training.config import make_config

EXAMPLES = sorted(Path(__file__).parents[3].glob("docs/examples/plans/*.toml"))


@pytest.mark.parametrize("name", list_shipped())
def test_what_ships_can_be_trained_as_planned(name):
    plan = read_plan(name)
    assert plan.name == name
    assert len(plan.seeds) == 2
    side = 160 if name == "few" else 320
    for arm in plan.arms:
        config = make_config(None, plan.settings_of(arm))
        assert config.steps in {600, 3000}
        pixels = config.batch * config.tile_side**2
        assert pixels == pytest.approx(16 * side**2, rel=0.1)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_what_the_docs_show_can_be_trained_as_planned(path):
    plan = read_plan(path)
    assert plan.name == path.stem
    assert all(make_config(None, plan.settings_of(arm)).steps for arm in plan.arms)


def test_what_ships_measures_on_scans_of_its_own():
    for name in list_shipped():
        plan = read_plan(name)
        assert plan.datasets[plan.measure.dataset].scans == 200
        assert sum(each.scans for each in plan.datasets.values()) >= 600


def test_settings_of_an_arm_lie_over_the_common_ones_table_by_table():
    plan = make_plan(
        common={"batch": 2, "projection": {"share": 0.5, "noise": True}},
        arms=[
            {"name": "a"},
            {"name": "b", "settings": {"projection": {"noise": False}}},
            {"name": "c", "base": "yolo11n.yaml", "settings": {"batch": 4}},
        ],
    )
    a, b, c = (plan.settings_of(arm) for arm in plan.arms)
    assert a == plan.common
    assert b == {"batch": 2, "projection": {"share": 0.5, "noise": False}}
    assert (c["base"], c["batch"]) == ("yolo11n.yaml", 4)


def test_arms_bring_those_that_they_start_from():
    plan = make_plan(
        arms=[
            {"name": "a"},
            {"name": "b", "base": "arm:a"},
            {"name": "c", "base": "arm:b"},
            {"name": "d"},
        ]
    )
    assert [arm.name for arm in plan.choose_arms(["c"])] == ["a", "b", "c"]
    assert [arm.name for arm in plan.choose_arms(["d", "a"])] == ["a", "d"]
    assert len(plan.choose_arms([])) == 4
    with pytest.raises(TrainingError, match=r"no arm 'e'\. Choose of a, b, c, d"):
        plan.choose_arms(["a", "e"])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"arms": [{"name": "a"}, {"name": "a"}]}, "arms: each may be there once"),
        ({"seeds": [1, 1]}, "seeds: each may be there once"),
        ({"arms": [{"name": "a", "dataset": "x"}]}, "there is no dataset 'x'"),
        ({"arms": [{"name": "a", "dataset": "measuring"}]}, "what it is measured on"),
        ({"arms": [{"name": "a", "base": "arm:b"}, {"name": "b"}]}, "no earlier arm"),
        ({"arms": [{"name": "a", "base": "arm:a"}]}, "no earlier arm is named 'a'"),
        ({"arms": [{"name": "a", "settings": {"seed": 1}}]}, "'seed' is no setting"),
        ({"common": {"devices": "0"}}, "common: 'devices' is no setting"),
        ({"measure": {"dataset": "x"}}, "no dataset 'x' to measure on"),
        ({"arms": [{"name": "../a"}]}, "pattern"),
        ({"arms": [{"name": "a", "scans": 5}]}, "greater than or equal to 6"),
        ({"colour": 1}, "Extra inputs"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_plan_that_cannot_be_followed_is_refused(changes, said):
    with pytest.raises(ValidationError, match=said):
        make_plan(**changes)


def test_two_datasets_may_not_show_the_same_containers():
    same = {"scans": 2, "seed": 1}
    with pytest.raises(ValidationError, match="seeds of datasets: each"):
        make_plan(datasets={"training": same, "measuring": same})


def test_what_is_wrong_with_a_file_is_said_all_together(tmp_path):
    path = tmp_path / "plan.toml"
    path.write_text('name = ""\ntitle = "t"\nseeds = []\nsize = 4\narms = []\n')
    with pytest.raises(TrainingError) as caught:
        read_plan(path)
    message = str(caught.value)
    assert "\n" not in message
    for word in ("name", "seeds", "size", "arms", "datasets", "measure"):
        assert f"{word}: " in message
    with pytest.raises(TrainingError, match="one of encoding, few, network"):
        read_plan("no such plan")
