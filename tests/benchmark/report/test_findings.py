"""Findings are told with their figures, and with what a test of their size can show."""

import pytest

from benchmark.report.contents import Difference
from benchmark.report.findings import (
    group_findings,
    say_change_word,
    say_difference,
    say_measured,
    say_needed,
    say_power,
    say_value,
)
from benchmark.verdict.finding import Finding
from benchmark.verdict.rule_file import Rule

GAP = "\N{NO-BREAK SPACE}"
LEAST = Rule(metric="pd", least=0.8)
RELATIVE = Rule(metric="pd", not_worse_by=0.03)
COST = Rule(metric="false_alarms", most=0.2)
PFA = Rule(metric="pfa", not_worse_by=0.03)


def find(answer="pass", **more):
    return Finding(0, "a demand", more.pop("value", None), answer, "as it says", **more)


def test_an_absolute_finding_tells_share_interval_and_trials():
    found = find(measured=0.34, interval=(0.28, 0.41), trials=1200)
    assert say_measured(found, LEAST) == (
        f"34.0{GAP}% (28.0{GAP}% to 41.0{GAP}%; 90{GAP}% interval) of 1,200 firearms"
    )


def test_a_relative_finding_tells_what_became_of_what():
    found = find(
        measured=-0.02,
        interval=(-0.05, 0.01),
        first=0.5,
        second=0.48,
        gained=3,
        lost=5,
        trials=100,
    )
    minus = "\N{MINUS SIGN}"
    assert say_measured(found, RELATIVE) == (
        f"50.0{GAP}% became 48.0{GAP}%: {minus}2.0 points ({minus}5.0 to +1.0; "
        f"90{GAP}% interval) of 100 firearms; gained 3, lost 5"
    )


def test_without_its_rule_or_a_measure_a_finding_gives_its_reason():
    assert say_measured(find(measured=0.3, interval=(0.2, 0.4)), None) == "as it says"
    assert say_measured(find("not tested"), LEAST) == "as it says"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            RELATIVE,
            "A candidate as good as the champion would pass with a chance of 64",
        ),
        (LEAST, "A candidate 5 points better than the limit would pass"),
        (COST, "A candidate better than the limit by 0.05 would pass"),
    ],
)
def test_power_is_told_of_a_good_candidate(rule, words):
    assert say_power(find(power=0.64), rule).startswith(words)


@pytest.mark.parametrize(
    ("rule", "caught", "words"),
    [
        (RELATIVE, 0.07, "A loss of 7 points more than allowed is caught 95 times"),
        (PFA, 0.07, "A rise of 7 points more than allowed is caught 95 times"),
        (COST, 0.3, "One that is worse than allowed by 0.3 is caught 95 times"),
        (LEAST, 1.4, "No loss, however large, is caught 95 times"),
    ],
)
def test_what_is_caught_is_told_in_the_metrics_own_unit(rule, caught, words):
    assert say_power(find(caught=caught), rule).startswith(words)


def test_chances_are_never_said_to_be_none_or_certain():
    assert f"of over 99{GAP}%." in say_power(find(power=0.9999), LEAST)
    assert f"of under 1{GAP}%." in say_power(find(power=0.0001), LEAST)
    assert say_power(find(), LEAST) == ""


def test_needed_trials_are_rounded_up_and_named():
    assert say_needed(find("cannot tell", needed=1234), LEAST) == (
        "about 1,300 more firearms"
    )
    assert say_needed(find("cannot tell"), LEAST) == "more would hardly settle it"
    assert say_needed(find(), LEAST) == "\N{EN DASH}"


def test_findings_of_one_rule_stand_together():
    part = "a demand, in each kind"
    findings = [
        Finding(0, "another", None, "pass", ""),
        Finding(1, f"{part}: rifle", "rifle", "fail", ""),
        Finding(1, f"{part}: pistol", "pistol", "not tested", "", trials=3),
    ]
    alone, parts = group_findings(findings)
    assert (alone.demand, alone.parts, len(alone.tested)) == ("another", False, 1)
    assert (parts.demand, parts.parts) == (part, True)
    assert [one.value for one in parts.tested] == ["rifle"]
    assert [one.value for one in parts.untested] == ["pistol"]


@pytest.mark.parametrize(
    ("metric", "change", "ends", "word"),
    [
        ("pd", 0.1, (0.05, 0.15), "better"),
        ("pd", -0.1, (-0.15, -0.05), "worse"),
        ("pfa", 0.1, (0.05, 0.15), "worse"),
        ("false_alarms", -0.1, (-0.2, -0.05), "better"),
        ("pd", 0.1, (-0.05, 0.15), "no difference shown"),
    ],
)
def test_better_and_worse_know_costs_from_gains(metric, change, ends, word):
    assert (
        say_change_word(Difference("x", metric, 0.5, 0.5 + change, change, *ends))
        == word
    )


def test_shares_are_told_in_points_and_means_as_they_are():
    mean = Difference("false alarms a scan", "false_alarms", 0.5, 0.7, 0.2, 0.1, 0.3)
    share = Difference("Pd", "pd", 0.5, 0.7, 0.2, 0.1, 0.3)
    assert say_difference(mean) == "+0.2 (+0.1 to +0.3)"
    assert say_difference(share) == "+20.0 points (+10.0 to +30.0)"
    assert (say_value(mean, 0.5), say_value(share, 0.5)) == ("0.5", f"50.0{GAP}%")
