"""Two pipelines are compared on the same scans, at one Pfa or at given scores."""

import json
import math
import shutil

import pytest
from typer.testing import CliRunner

from benchmark import compare_folders
from benchmark.statistics.intervals import wilson_interval
from cargosight.benchmark_cli import benchmark_app
from data.errors import ResultError
from data.truth import Truth, TruthObject
from tests.benchmark.folders import BOX, make_dataset, make_results, write_found

ARMED = [True] * 6 + [False] * 20
QUIET: list[float | None] = [0.1] * 20
ASIDE = (60.0, 10.0, 80.0, 30.0)
UNSEEN = (60.0, 35.0, 80.0, 55.0)


@pytest.fixture
def truth(tmp_path):
    around = [0.5, 0.5, 2.0, 3.0, 4.9, 5.0, *[0.0] * 20]
    return make_dataset(tmp_path / "dataset", ARMED, around=around)


@pytest.fixture
def weak(tmp_path):
    """Finds the first two firearms, and is alarmed by two clean scans."""
    found = [0.6, 0.6, 0.2, 0.2, None, None, 0.9, 0.3, *QUIET[2:]]
    return make_results(tmp_path / "weak", found, by="some pipeline")


@pytest.fixture
def strong(tmp_path):
    """Finds all firearms but the last; its scores are on another scale."""
    found = [0.05, 0.05, 0.05, 0.04, 0.04, None, 0.09, 0.02, *[0.01] * 18]
    return make_results(tmp_path / "strong", found, by="another")


def compare(*given, **options):
    return compare_folders(*given, split="validation", **options)


def test_each_has_its_own_threshold_for_the_same_pfa(weak, strong, truth):
    found = compare(weak, strong, truth)
    assert (found.clean, found.firearms, found.groups) == (20, 6, 26)
    assert found.first.threshold == pytest.approx(0.3)
    assert found.second.threshold == pytest.approx(0.02)
    assert (found.first.alarmed, found.second.alarmed) == (1, 1)
    assert found.first.figures.pd.value == pytest.approx(2 / 6)
    assert found.second.figures.pd.value == pytest.approx(5 / 6)
    assert (found.gained, found.lost) == (3, 0)
    assert found.difference.pd.value == pytest.approx(0.5)
    assert found.difference.pd.low <= 0.5 <= found.difference.pd.high
    assert (found.first.folder, found.first.pipeline) == (str(weak), "some pipeline")


def test_a_lower_pfa_costs_firearms(weak, strong, truth):
    found = compare(weak, strong, truth, pfa=0.0)
    assert found.first.threshold == pytest.approx(0.9)
    assert (found.first.alarmed, found.gained, found.lost) == (0, 0, 0)


def test_the_interval_holds_the_chance_in_the_threshold(weak, truth):
    """A draw without the second loudest clean scan finds more, one with two less."""
    pd = compare(weak, weak, truth).first.figures.pd
    assert pd.low == 0
    assert pd.high > 0.6


def test_firearms_behind_much_are_counted_apart_from_and_below(weak, strong, truth):
    found = compare(weak, strong, truth, behind=(2.0, 5.0))
    assert (found.inside, found.unknown) == (3, 0)
    assert found.first.figures.pd_behind is not None
    assert found.first.figures.pd_behind.value == 0
    assert found.difference.pd_behind is not None
    assert found.difference.pd_behind.value == 1
    assert "3 firearms behind 2 to 5 nepers." in found.as_text()
    assert "Pd behind  +100.0 points" in found.as_text()
    assert json.loads(found.as_json())["difference"]["pd_behind"]["value"] == 1
    assert compare(weak, strong, truth).first.figures.pd_behind is None


def write_groups(path):
    """26 scans in four groups."""
    path.write_text(
        "\n".join(["file,group", *(f"{n:03d}.tiff,{n % 4}" for n in range(26))])
    )
    return path


def write_crowd(truth, results, scores):
    """A scan with a firearm, one that nobody could see, and another two behind more."""
    objects = [
        TruthObject(box=BOX, attenuation_around=1.0),
        TruthObject(box=UNSEEN, attenuation_around=3.0, ignore=True),
        TruthObject(box=ASIDE, attenuation_around=3.0),
        TruthObject(box=(0.0, 45.0, 20.0, 60.0), attenuation_around=3.5),
        TruthObject(box=(30.0, 45.0, 55.0, 60.0)),
    ]
    path = truth / "000.json"
    path.write_text(Truth(objects=tuple(objects)).model_dump_json())
    pairs = zip(objects, scores, strict=True)
    found = [(each.box, score) for each, score in pairs if score is not None]
    write_found(results, 0, found)


def test_each_firearm_of_a_scan_counts_where_it_lies(tmp_path):
    truth = make_dataset(tmp_path / "dataset", [True, False, False])
    first = make_results(tmp_path / "first", [None, 0.3, 0.2])
    second = make_results(tmp_path / "second", [None, 0.3, 0.2])
    write_crowd(truth, first, [0.9, 0.9, None, None, 0.9])
    write_crowd(truth, second, [None, None, 0.8, 0.9, 0.1])
    found = compare(first, second, truth, behind=(2.0, 5.0))
    assert (found.firearms, found.inside, found.unknown) == (4, 2, 1)
    assert (found.gained, found.lost) == (2, 2)
    assert found.difference.pd.value == 0
    assert found.difference.pd_behind is not None
    assert found.difference.pd_behind.value == 1
    assert "of 1 nobody knows" in found.as_text()


def test_scans_of_a_group_are_drawn_together(weak, strong, truth, tmp_path):
    groups = write_groups(tmp_path / "groups.csv")
    apart, together = (
        compare(weak, strong, truth, groups=given) for given in (None, groups)
    )
    assert (apart.groups, together.groups) == (26, 4)
    assert apart.difference.ap50.value == together.difference.ap50.value
    assert apart.difference.ap50 != together.difference.ap50


def test_a_pipeline_differs_from_itself_by_nothing(weak, truth):
    found = compare(weak, weak, truth).difference
    assert (found.pd.value, found.ap50.value, found.ap50_95.value) == (0, 0, 0)
    unseen = -math.log(0.025) / 6
    assert (found.ap50.low, found.ap50.high) == pytest.approx((-unseen, unseen))


def test_results_without_low_scores_are_said_to_be_cut(tmp_path, weak, truth):
    found: list[float | None] = [0.6] * 6 + [None] * 20
    cut = make_results(tmp_path / "cut", found)
    shown = compare(weak, cut, truth)
    assert (shown.first.cut, shown.second.cut) == (False, True)
    assert shown.as_text().count("hold no lower scores") == 1


@pytest.mark.parametrize(
    ("armed", "said"),
    [([True, True], "No scan is clean"), ([False, False], "no firearm to find")],
)
def test_without_firearms_or_clean_scans_nothing_is_compared(tmp_path, armed, said):
    truth = make_dataset(tmp_path / "dataset", armed)
    results = make_results(tmp_path / "results", [0.9, 0.9])
    with pytest.raises(ResultError, match=said):
        compare(results, results, truth)


@pytest.mark.parametrize("pfa", [-0.1, 1.0, math.nan])
def test_a_pfa_that_cannot_be_kept_is_refused(weak, truth, pfa):
    with pytest.raises(ResultError, match="cannot be kept"):
        compare(weak, weak, truth, pfa=pfa)


@pytest.mark.parametrize("behind", [(5.0, 2.0), (2.0, 2.0), (math.nan, 2.0)])
def test_a_span_that_holds_nothing_is_refused(weak, truth, behind):
    with pytest.raises(ResultError, match="lesser first"):
        compare(weak, weak, truth, behind=behind)


def test_a_truth_without_attenuation_has_no_slices(tmp_path):
    truth = make_dataset(tmp_path / "dataset", [True, False])
    results = make_results(tmp_path / "results", [0.9, 0.1])
    with pytest.raises(ResultError, match="Leave out --behind"):
        compare(results, results, truth, behind=(2.0, 5.0))


def test_the_command_shows_the_first_and_then_the_second(weak, strong, truth):
    words = ["rivals", weak, strong, "--truth", truth, "--behind", 2, 5, "--json"]
    done = CliRunner().invoke(benchmark_app, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    found = json.loads(done.output)
    assert [found[name]["folder"] for name in ("first", "second")] == [
        str(weak),
        str(strong),
    ]
    assert (found["inside"], found["gained"], found["lost"]) == (3, 3, 0)


def test_each_alarms_from_the_score_that_is_given(weak, strong, truth):
    found = compare(weak, strong, truth, at=(0.3, 0.05))
    assert found.pfa is None
    assert (found.first.threshold, found.second.threshold) == (0.3, 0.05)
    assert (found.first.alarmed, found.second.alarmed) == (2, 1)
    assert found.first.figures.pd.value == pytest.approx(2 / 6)
    assert found.second.figures.pd.value == pytest.approx(3 / 6)
    assert (found.gained, found.lost) == (1, 0)
    text = found.as_text()
    assert "Each threshold was given." in text
    assert "(some pipeline), from 0.300:" in text
    assert "2 of 20 clean scans, 10.0 % (2.8 to 30.1)" in text


def test_at_given_scores_pd_has_the_interval_of_a_share(tmp_path, truth):
    """However many clean scans are beside the six firearms."""
    all_found = make_results(tmp_path / "all", [*[0.6] * 6, 0.9, 0.3, *QUIET[2:]])
    none = make_results(tmp_path / "none", [None] * 6 + [0.9] * 20)
    found = compare(all_found, none, truth, at=(0.6, 0.6))
    first, second = found.first.figures.pd, found.second.figures.pd
    low, high = wilson_interval([6, 0], [6, 6])
    assert (first.low, first.high) == pytest.approx((low[0], 1))
    assert (second.low, second.high) == pytest.approx((0, high[1]))
    assert found.difference.pd.value == -1
    assert -1 <= found.difference.pd.low <= found.difference.pd.high < 0


def test_a_kept_pfa_adds_the_chance_in_its_threshold(tmp_path, truth):
    """Draws with the loud scan twice have to silence it, and find nothing then."""
    all_found = make_results(tmp_path / "all", [*[0.6] * 6, 0.9, 0.3, *QUIET[2:]])
    pd = compare(all_found, all_found, truth).first.figures.pd
    assert (pd.value, pd.low) == (1, 0)


def test_where_all_draws_agree_only_groups_with_firearms_tell(tmp_path, truth):
    all_found = make_results(tmp_path / "all", [*[0.6] * 6, *QUIET])
    found = compare(all_found, all_found, truth).first.figures
    low = 1 + math.log(0.025) / 6
    for each in (found.pd, found.ap50, found.ap50_95):
        assert (each.low, each.value, each.high) == (pytest.approx(low), 1, 1)


def test_scans_of_a_group_are_not_so_many_trials(tmp_path, truth):
    """All clean scans of a group alarm or none does: 20 scans, but four groups."""
    loud: list[float | None] = [0.9 if n % 4 == 0 else 0.1 for n in range(6, 26)]
    results = make_results(tmp_path / "loud", [*[0.6] * 6, *loud])
    groups = write_groups(tmp_path / "groups.csv")
    apart, together = (
        compare(results, results, truth, groups=given, at=(0.5, 0.5)).first.pfa
        for given in (None, groups)
    )
    assert apart is not None
    assert together is not None
    assert (apart.hits, together.hits, together.groups) == (5, 5, 4)
    assert together.high - together.low > 1.3 * (apart.high - apart.low)


def test_points_need_no_clean_scan(tmp_path):
    truth = make_dataset(tmp_path / "dataset", [True, True])
    results = make_results(tmp_path / "results", [0.9, 0.2])
    found = compare(results, results, truth, at=(0.5, 0.1))
    assert (found.first.pfa, found.gained) == (None, 1)
    assert "not measured: no clean scans" in found.as_text()


@pytest.mark.parametrize("at", [(0.0, 0.5), (0.5, 1.1), (0.5, math.nan)])
def test_a_score_that_cannot_be_is_refused(weak, truth, at):
    with pytest.raises(ResultError, match=r"^(0|1\.1|nan) is no threshold"):
        compare(weak, weak, truth, at=at)


def test_a_pfa_and_scores_are_not_both_kept(weak, truth):
    with pytest.raises(ResultError, match="Leave out --pfa or --at"):
        compare(weak, weak, truth, pfa=0.05, at=(0.5, 0.5))


@pytest.mark.parametrize("at", [None, (0.3, 0.05)])
def test_loaded_containers_are_said_apart_at_the_same_thresholds(
    weak, strong, truth, at
):
    """The grey level of a scan of this dataset is its number: three are darker."""
    found = compare(weak, strong, truth, loaded_under=3, at=at)
    loaded, rest = found.parts["Loaded"], found.parts["Not loaded"]
    assert [(each.scans, each.firearms, each.clean) for each in (loaded, rest)] == [
        (3, 3, 0),
        (23, 3, 20),
    ]
    for part in (loaded, rest):
        assert part.pfa == found.pfa
        assert part.first.threshold == found.first.threshold
        assert part.second.threshold == found.second.threshold
    assert loaded.first.figures.pd.value == pytest.approx(2 / 3)
    assert rest.first.figures.pd.value == 0
    assert loaded.gained + rest.gained == found.gained > 0
    assert rest.first.alarmed == found.first.alarmed
    text = found.as_text()
    assert "Not loaded: 23 scans in 23 groups, 20 clean; 3 firearms.\n" in text
    assert ("In parts thresholds stay" in text) == (at is None)
    assert json.loads(found.as_json())["parts"]["Loaded"]["firearms"] == 3


def test_parts_of_results_that_are_cut_are_as_cut(tmp_path, truth):
    """Scores of nothing are below every clean scan's, which have none."""
    cut = make_results(tmp_path / "cut", [0.0] * 6 + [None] * 20)
    found = compare(cut, cut, truth, loaded_under=3)
    for each in (found, *found.parts.values()):
        assert (each.first.cut, each.first.threshold) == (True, 0)
        assert each.first.figures.pd.value == 1
        assert (each.gained, each.lost) == (0, 0)


@pytest.mark.parametrize(
    ("under", "said"),
    [
        (6, "^Not loaded by a grey level of 6 holds no firearm"),
        (0, "^Loaded by a grey level of 0 holds no firearm"),
        (-1, "no grey level"),
        (math.nan, "no grey level"),
    ],
)
def test_a_level_that_parts_no_firearms_is_refused(weak, truth, under, said):
    with pytest.raises(ResultError, match=said):
        compare(weak, weak, truth, loaded_under=under)


def test_all_parts_of_a_dataset_are_compared(weak, truth):
    write_found(weak, 0, [])
    (weak / "000.tiff.json").rename(weak / "t.tiff.json")
    write_found(weak, 0, [(BOX, 0.6)])
    whole = compare_folders(weak, weak, truth, split="all")
    assert (whole.scans, whole.clean) == (27, 21)
    assert compare(weak, weak, truth).scans == 26


def test_scans_of_one_name_are_not_mixed_up(weak, truth):
    index = json.loads((truth / "dataset.json").read_text())
    (truth / "more").mkdir()
    shutil.copy(truth / "t.tiff", truth / "more/000.tiff")
    index["scans"][0]["scan"] = "more/000.tiff"
    (truth / "dataset.json").write_text(json.dumps(index))
    with pytest.raises(ResultError, match=r"several are 000\.tiff"):
        compare_folders(weak, weak, truth, split="all")
    assert compare(weak, weak, truth).scans == 26


def test_the_command_takes_points_and_a_grey_level(weak, strong, truth):
    words = ["rivals", weak, strong, "--truth", truth, "--at", 0.3, 0.05]
    words += ["--loaded-under", 3, "--json"]
    done = CliRunner().invoke(benchmark_app, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    found = json.loads(done.output)
    assert (found["first"]["threshold"], found["second"]["threshold"]) == (0.3, 0.05)
    assert [found["parts"][name]["scans"] for name in ("Loaded", "Not loaded")] == [
        3,
        23,
    ]
