"""A folder of results is judged against the dataset it is of, whole or not at all."""

import json

import pytest

from benchmark import judge_folder
from data.errors import ResultError, SuiteError
from tests.benchmark.folders import make_dataset, make_result


@pytest.fixture
def truth(tmp_path):
    return make_dataset(tmp_path / "dataset", [True, True, False, False])


def test_alarms_count_for_pd_and_pfa_and_all_detections_for_precision(tmp_path, truth):
    results = tmp_path / "results"
    for number, score in enumerate((0.9, 0.4, 0.7, None)):
        make_result(results, number, score)

    judged = judge_folder(results, truth, split="validation")

    assert judged.pd is not None
    assert judged.pd.share == 0.5
    assert judged.pfa is not None
    assert judged.pfa.share == 0.5
    assert judged.precision.ap50 == pytest.approx((51 + 50 * 2 / 3) / 101)
    assert json.loads(judged.as_json())["precision"]["truths"] == 2
    assert "AP50 " in judged.as_text()


def test_groups_come_from_a_csv(tmp_path, truth):
    results = tmp_path / "results"
    for number in range(4):
        make_result(results, number, 0.9)
    groups = tmp_path / "groups.csv"
    groups.write_text("file,group\nx/000.tiff,a\n001.tiff,a\n002.tiff,b\n")

    judged = judge_folder(results, truth, split="validation", groups=groups)

    assert judged.precision.groups == 3


def test_a_missing_or_double_result_is_refused(tmp_path, truth):
    results = tmp_path / "results"
    for number in range(3):
        make_result(results, number, 0.9)
    with pytest.raises(ResultError, match=r"has 0 results for 003\.tiff"):
        judge_folder(results, truth, split="validation")

    make_result(results, 3, 0.9)
    make_result(results / "again", 3, 0.9)
    with pytest.raises(ResultError, match=r"has 2 results for 003\.tiff"):
        judge_folder(results, truth, split="validation")


def test_a_split_without_scans_and_a_bad_csv_are_refused(tmp_path, truth):
    with pytest.raises(ResultError, match="no held-out scans"):
        judge_folder(tmp_path, truth, split="held-out")
    bad = tmp_path / "groups.csv"
    bad.write_text("name\na\n")
    for number in range(4):
        make_result(tmp_path / "results", number, 0.9)
    with pytest.raises(SuiteError, match="columns file and group"):
        judge_folder(tmp_path / "results", truth, split="validation", groups=bad)
