"""An experiment trains and measures what is missing, and nothing twice."""

import json

import pytest

from cargosight.experiments.results import read_results
from cargosight.experiments.running import RunOptions, run_experiment
from data.errors import TrainingError
from tests.cargosight.experiments.plans import make_plan

ALL = [("plain", 0), ("large", 0), ("plain", 1), ("large", 1)]

CHAINED = (
    {"name": "base"},
    {"name": "few", "base": "arm:base", "dataset": "training", "scans": 6},
)
MANY = {"training": {"scans": 12, "seed": 1}, "measuring": {"scans": 3, "seed": 2}}


def run(plan, out, progress=lambda *_: None, **options):
    return run_experiment(plan, out, options=RunOptions(**options), progress=progress)


def test_every_arm_is_trained_with_every_seed_and_measured(pretended, tmp_path):
    pretended.found = {"large": 6}
    results = run(make_plan(), tmp_path)
    assert pretended.names == ALL
    for arm, seed, config, dataset in pretended.trained:
        assert config.seed == seed
        assert config.tile_side == {"plain": 96, "large": 128}[arm]
        assert (config.steps, config.devices) == (50, "cpu")
        assert dataset == tmp_path / "datasets" / "training"
    for _, _, names, pfa, device in pretended.measured:
        assert names == ["000000", "000001", "000002"]
        assert (pfa, device) == (0.05, "cpu")
    assert [(row.arm, row.seed) for row in results.rows] == ALL
    assert results.find("large", 1).pd == 6 / 8
    assert results.find("large", 1).seconds == 11
    assert results == read_results(tmp_path)
    assert pretended.caches == {tmp_path / "datasets" / ".prepared"}  # made once
    assert "| large | 0.750 " in (tmp_path / "table.md").read_text()


def test_without_clean_scans_no_threshold_and_no_pd_is_told(pretended, tmp_path):
    pretended.clean = 0
    results = run(make_plan(seeds=[0]), tmp_path)
    assert {(row.pd, row.pfa) for row in results.rows} == {(None, None)}
    assert "| plain | cannot tell |" in (tmp_path / "table.md").read_text()


def test_the_same_command_again_does_nothing_twice(pretended, tmp_path):
    run(make_plan(), tmp_path)
    before = (tmp_path / "results.json").read_bytes()
    run(make_plan(), tmp_path)
    assert pretended.names == ALL
    assert len(pretended.measured) == 4
    assert (tmp_path / "results.json").read_bytes() == before


@pytest.mark.parametrize("what", ["training", "measuring"])
@pytest.mark.parametrize("number", range(4))
def test_killed_anywhere_it_goes_on_there(pretended, tmp_path, what, number):
    pretended.killed = {what: number}
    with pytest.raises(KeyboardInterrupt):
        run(make_plan(), tmp_path)
    rows = read_results(tmp_path).rows
    assert [(row.arm, row.seed) for row in rows] == ALL[:number]
    run(make_plan(), tmp_path)
    assert pretended.names == ALL
    assert [each[:2] for each in pretended.measured] == ALL
    assert len(read_results(tmp_path).rows) == 4


def test_some_arms_come_first_and_the_table_says_which_were_not_run(
    pretended, tmp_path
):
    run(make_plan(), tmp_path, arms=("large",))
    assert pretended.names == [("large", 0), ("large", 1)]
    assert "| plain | not run |" in (tmp_path / "table.md").read_text()
    run(make_plan(), tmp_path)
    assert pretended.names == [("large", 0), ("large", 1), ("plain", 0), ("plain", 1)]
    assert "not run" not in (tmp_path / "table.md").read_text()


def test_an_arm_starts_from_the_checkpoint_of_another_with_its_seed(
    pretended, tmp_path
):
    plan = make_plan(arms=CHAINED, datasets=MANY)
    run(plan, tmp_path, arms=("few",))
    assert pretended.names == [("base", 0), ("few", 0), ("base", 1), ("few", 1)]
    for arm, seed, config, dataset in pretended.trained:
        if arm == "few":
            start = tmp_path / "runs" / "base" / str(seed) / "checkpoint.pt"
            assert config.base == str(start.resolve())
            assert start.is_file()
            assert dataset.name == f"training, 6 scans, seed {seed}"
        else:
            assert config.base == "yolo26n.yaml"


def test_steps_of_the_command_line_are_those_of_all_and_the_table_says_so(
    pretended, tmp_path
):
    run(make_plan(), tmp_path, steps=7)
    assert {each[2].steps for each in pretended.trained} == {7}
    assert "set to 7 steps on the command line" in (tmp_path / "table.md").read_text()
    with pytest.raises(TrainingError, match=r"--steps changed. Ask for the same"):
        run(make_plan(), tmp_path)


def test_experiments_may_share_what_is_simulated(pretended, tmp_path):
    shared = tmp_path / "shared"
    for out in (tmp_path / "one", tmp_path / "two"):
        run(make_plan(seeds=[0]), out, datasets=shared)
        assert not (out / "datasets").exists()
    assert {each[3] for each in pretended.trained} == {shared / "training"}


def test_two_gpus_train_and_the_first_measures(pretended, tmp_path):
    run(make_plan(seeds=[0]), tmp_path, device="0,1")
    assert {each[2].devices for each in pretended.trained} == {"0,1"}
    assert {each[4] for each in pretended.measured} == {"0"}


def test_what_another_process_measured_meanwhile_is_kept(pretended, tmp_path):
    plan = make_plan(seeds=[0])

    def interfere(what, done, _):
        if (what, done) == ("measuring", 1) and len(pretended.trained) == 1:
            run(plan, tmp_path, arms=("large",))

    run(plan, tmp_path, interfere, arms=("plain",))
    assert {row.arm for row in read_results(tmp_path).rows} == {"plain", "large"}


def test_progress_counts_trainings(pretended, tmp_path):
    told = []
    run(make_plan(seeds=[0]), tmp_path, lambda *step: told.append(step))
    steps = [step for step in told if step[0] == "experiment"]
    assert steps == [("experiment", done, 2) for done in range(3)]
    assert ("simulating measuring", 0, 3) in told
    assert ("training", 1, 1) in told
    assert pretended.names == ALL[:2]


def test_a_setting_that_no_training_has_is_refused_before_anything_is_done(
    pretended, tmp_path
):
    arms = [{"name": "plain"}, {"name": "large", "settings": {"colour": 1}}]
    with pytest.raises(TrainingError, match="colour"):
        run(make_plan(arms=arms), tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert pretended.trained == []


def test_arms_and_seeds_may_be_added_but_none_changed(pretended, tmp_path):
    run(make_plan(), tmp_path)
    more = [
        {"name": "plain", "group": "Another heading"},
        {"name": "large", "group": "First", "settings": {"tile_side": 128}},
        {"name": "larger", "settings": {"tile_side": 160}},
    ]
    run(make_plan(arms=more, seeds=[0, 1, 2], title="Other words"), tmp_path)
    assert len(pretended.trained) == 9
    assert "## Other words" in (tmp_path / "table.md").read_text()
    for changes, said in (
        ({"common": {"tile_side": 64, "steps": 50}}, "arm plain changed"),
        ({"arms": [{"name": "large"}]}, "arm large changed"),
        ({"measure": {"dataset": "measuring", "pfa": 0.1}}, "measure changed"),
        ({"datasets": MANY}, "datasets.measuring, datasets.training changed"),
    ):
        with pytest.raises(TrainingError, match=said):
            run(make_plan(**changes), tmp_path)


def test_only_a_folder_of_its_own_is_filled(pretended, tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(TrainingError, match="holds other things"):
        run(make_plan(), tmp_path)
    with pytest.raises(TrainingError, match="is a file"):
        run(make_plan(), tmp_path / "letter.txt")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "results.json").write_text("{}")
    with pytest.raises(TrainingError, match="is damaged: plan"):
        run(make_plan(), tmp_path / "out")
    with pytest.raises(TrainingError, match="holds no experiment"):
        read_results(tmp_path)
    assert pretended.trained == []


def test_results_are_a_file_with_a_line_for_each_training(pretended, tmp_path):
    run(make_plan(), tmp_path)
    text = (tmp_path / "results.json").read_text()
    rows = json.loads(text)["rows"]
    assert [(row["arm"], row["seed"]) for row in rows] == pretended.names
    assert rows[0]["behind"] == [None] + [1.0] * 7
    assert sum(line.startswith('{"arm"') for line in text.splitlines()) == 4
