"""`report.json` holds every figure, strictly, and can be read back."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from benchmark.report import read_report_record, write_record
from benchmark.report.contents import Difference
from data.errors import ResultError
from tests.benchmark.report.made import clean, make_contents, make_mixed_cases


@pytest.fixture(scope="module")
def contents(tmp_path_factory):
    cases = make_mixed_cases()
    rules = [{"metric": "pd", "least": 0.9}, {"metric": "pfa", "not_worse_by": 0.1}]
    return make_contents(tmp_path_factory.mktemp("a"), cases, theirs=cases, rules=rules)


def refuse(text):
    msg = f"{text} is no JSON"
    raise ValueError(msg)


def load(path):
    return json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)


def test_what_was_written_is_read_back(contents, tmp_path):
    write_record(contents, tmp_path / "report.json")
    found = read_report_record(tmp_path / "report.json")
    card = contents.candidate.scorecard
    read = found.candidate.scorecard.model_dump()
    for name in ("pd", "pd_inspection", "pfa", "false_alarms", "precision", "timing"):
        assert read[name] == asdict(getattr(card, name))
    assert read["opacity"] == asdict(card.opacity)
    assert read["ignored"] == card.ignored == 1
    assert len(found.candidate.slices) == len(contents.candidate.slices)
    assert found.verdict is not None
    assert found.verdict.sentence == contents.verdict.sentence
    assert found.rules == contents.rules
    assert found.suite.seal == contents.candidate.ledger.evaluation.suite.seal
    assert found.candidate.stamp == contents.candidate.ledger.evaluation.stamp
    again = tmp_path / "again.json"
    write_record(contents, again)
    assert again.read_bytes() == (tmp_path / "report.json").read_bytes()


def test_curves_are_whole_and_their_first_threshold_is_null(contents, tmp_path):
    write_record(contents, tmp_path / "report.json")
    froc = load(tmp_path / "report.json")["candidate"]["scorecard"]["froc"]
    curve = contents.candidate.scorecard.froc
    assert froc["thresholds"][0] is None
    np.testing.assert_array_equal(froc["thresholds"][1:], curve.thresholds[1:])
    for name in ("cost", "pd", "pd_low", "pd_high"):
        np.testing.assert_array_equal(froc[name], getattr(curve, name))


def test_bounds_without_a_limit_are_null(contents, tmp_path):
    wide = Difference("x", "false_alarms", 0.0, 0.0, 0.0, -np.inf, np.inf)
    write_record(replace(contents, differences=(wide,)), tmp_path / "report.json")
    (found,) = load(tmp_path / "report.json")["differences"]
    assert (found["low"], found["high"]) == (None, None)
    assert read_report_record(tmp_path / "report.json").differences[0].low is None


def test_a_suite_without_firearms_is_recorded_too(tmp_path):
    write_record(make_contents(tmp_path, [clean(), clean(0.9)]), tmp_path / "r.json")
    found = read_report_record(tmp_path / "r.json")
    assert found.candidate.scorecard.pd is None
    assert found.verdict is None
    assert found.champion is None


@pytest.mark.parametrize("text", ["", "{}", '{"format": 2}', "[1"])
def test_what_is_no_report_is_refused_in_one_line(tmp_path, text):
    path = tmp_path / "report.json"
    path.write_text(text)
    with pytest.raises(ResultError, match="holds no report") as caught:
        read_report_record(path)
    assert "\n" not in str(caught.value)


def test_a_missing_report_is_refused_in_one_line(tmp_path):
    with pytest.raises(ResultError, match="cannot be read"):
        read_report_record(tmp_path / "report.json")
