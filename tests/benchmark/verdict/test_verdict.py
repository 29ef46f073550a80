"""Rules pass what is good, fail what is bad, and say so when they cannot tell."""

from xml.etree import ElementTree as ET

import numpy as np
import pytest

from benchmark.evaluation.ledger import keep_ledger
from benchmark.evaluation.outcomes import gather_outcomes
from benchmark.verdict.estimate import draw_pd_at_pfa, estimate
from benchmark.verdict.junit import write_junit
from benchmark.verdict.rehearsal import Drill, rehearse
from benchmark.verdict.rule_file import Rule, Rules
from benchmark.verdict.verdict import judge
from data.errors import VerdictError
from tests.benchmark.cases import armed, clean, make_evaluation, make_suite


def make_rules(*rules):
    return Rules(title="trial", rules=tuple(Rule(**rule) for rule in rules))


def make_cases(found, missed, silent, loud, **more):
    return [
        *(armed(0.9, **more) for _ in range(found)),
        *(armed(**more) for _ in range(missed)),
        *(clean(**more) for _ in range(silent)),
        *(clean(0.9, **more) for _ in range(loud)),
    ]


def make_ledgers(root, *each):
    """Ledgers of several bundles on one suite."""
    suite = make_suite(root / "suite", each[0])
    return [
        keep_ledger(make_evaluation(root / f"e{n}", suite, cases, bundle=f"b{n}"))
        for n, cases in enumerate(each)
    ]


def answer(ledger, rule, champion=None):
    (finding,) = judge(make_rules(rule), ledger, champion).findings
    return finding


def test_a_bound_is_passed_failed_or_open_by_its_interval(tmp_path):
    (ledger,) = make_ledgers(tmp_path, make_cases(80, 20, 95, 5))
    assert answer(ledger, {"metric": "pd", "least": 0.7}).answer == "pass"
    assert answer(ledger, {"metric": "pd", "least": 0.9}).answer == "fail"
    open_one = answer(ledger, {"metric": "pd", "least": 0.78})
    assert open_one.answer == "cannot tell"
    assert open_one.needed is not None
    assert open_one.needed > 100
    assert answer(ledger, {"metric": "pfa", "most": 0.12}).answer == "pass"
    assert answer(ledger, {"metric": "pfa", "most": 0.01}).answer == "fail"
    assert answer(ledger, {"metric": "false_alarms", "most": 0.2}).answer == "pass"
    assert answer(ledger, {"metric": "ap50", "least": 0.5}).answer == "pass"
    by_value = {"metric": "pd", "least": 0.78, "by": "estimate"}
    assert answer(ledger, by_value).answer == "pass"


def test_a_loss_is_failed_and_the_same_bundle_passed(tmp_path):
    good, bad = make_cases(900, 100, 20, 0), make_cases(820, 180, 20, 0)
    champion, candidate, same = make_ledgers(tmp_path, good, bad, good)
    rule = {"metric": "pd", "not_worse_by": 0.03}
    lost = answer(candidate, rule, champion)
    assert (lost.answer, lost.gained, lost.lost) == ("fail", 0, 80)
    assert lost.measured == pytest.approx(-0.08)
    kept = answer(same, rule, champion)
    assert kept.answer == "pass"
    assert kept.power is None or kept.power > 0.9


def test_too_few_scans_cannot_tell(tmp_path):
    champion, candidate = make_ledgers(
        tmp_path, make_cases(18, 2, 5, 0), make_cases(17, 3, 5, 0)
    )
    found = answer(candidate, {"metric": "pd", "not_worse_by": 0.03}, champion)
    assert found.answer == "cannot tell"
    verdict = judge(
        make_rules({"metric": "pd", "not_worse_by": 0.03}), candidate, champion
    )
    assert verdict.exit_code == 3
    assert "CANNOT TELL" in verdict.sentence


def test_nothing_to_measure_is_never_a_pass(tmp_path):
    (ledger,) = make_ledgers(tmp_path, make_cases(0, 0, 5, 0))
    for rule in (
        {"metric": "pd", "least": 0.0},
        {"metric": "ap50", "least": 0.0},
        {"metric": "pd_at_pfa", "at_pfa": 0.1, "least": 0.0},
    ):
        assert answer(ledger, rule).answer == "cannot tell"


def test_slices_with_too_few_trials_are_named_and_the_rest_corrected(tmp_path):
    cases = [
        *make_cases(60, 0, 1, 0, scanner="good"),
        *make_cases(20, 40, 1, 0, scanner="bad"),
        *make_cases(3, 0, 1, 0, scanner="small"),
    ]
    (ledger,) = make_ledgers(tmp_path, cases)
    rules = make_rules({"metric": "pd", "least": 0.8, "slice": "scanner"})
    verdict = judge(rules, ledger)
    answers = {finding.value: finding.answer for finding in verdict.findings}
    assert answers == {"good": "pass", "bad": "fail", "small": "not tested"}
    assert verdict.answer == "fail"
    assert "1 slice with too few trials" in verdict.sentence


def test_many_slices_need_more_than_one_alone(tmp_path):
    one = make_cases(0, 0, 100, 2, scanner="0")
    rule = {"metric": "pfa", "most": 0.06, "slice": "scanner"}
    (alone,) = make_ledgers(tmp_path / "a", one)
    assert judge(make_rules(rule), alone).answer == "pass"
    many = [c for n in range(8) for c in make_cases(0, 0, 100, 2, scanner=str(n))]
    (together,) = make_ledgers(tmp_path / "b", many)
    assert judge(make_rules(rule), together).answer == "cannot tell"


def test_relative_rules_need_a_champion_on_the_same_suite(tmp_path):
    rules = make_rules({"metric": "pd", "not_worse_by": 0.1})
    (one,) = make_ledgers(tmp_path / "a", make_cases(5, 0, 5, 0))
    (other,) = make_ledgers(tmp_path / "b", make_cases(6, 0, 5, 0))
    with pytest.raises(VerdictError, match="needs a champion"):
        judge(rules, one)
    with pytest.raises(VerdictError, match="different suites"):
        judge(rules, one, other)


def test_each_bundle_gets_its_own_threshold_at_a_pfa(tmp_path):
    ours = [armed(0.4) for _ in range(50)] + [clean(0.1 + n / 1000) for n in range(100)]
    theirs = [armed(0.8) for _ in range(50)] + [clean(0.7) for _ in range(100)]
    champion, candidate = make_ledgers(tmp_path, theirs, ours)
    rule = Rule(metric="pd_at_pfa", at_pfa=0.05, not_worse_by=0.01)
    found = estimate(rule, gather_outcomes(candidate), gather_outcomes(champion))
    assert found is not None
    assert (found.first, found.second, found.value) == (1.0, 1.0, 0.0)


def test_pd_at_a_pfa_is_that_of_plain_counting(tmp_path):
    rng = np.random.default_rng(1)
    cases = [armed(float(s)) for s in rng.integers(1, 9, 30) / 10]
    cases += [clean(float(s)) for s in rng.integers(0, 9, 40) / 10 + 0.05]
    outcomes = gather_outcomes(make_ledgers(tmp_path, cases)[0])
    weights = rng.integers(0, 3, (20, outcomes.groups))
    for pfa in (0.0, 0.1, 0.5, 1.0):
        drawn = draw_pd_at_pfa(outcomes, pfa, weights)
        for row, value in zip(weights, drawn, strict=True):
            assert value == pytest.approx(plain_pd_at_pfa(outcomes, pfa, row))


@pytest.mark.parametrize(
    "rule",
    [
        {"metric": "pd_at_pfa", "at_pfa": 0.05, "least": 0.5},
        {"metric": "ap50", "least": 0.5},
    ],
)
def test_where_all_draws_agree_clean_scans_make_nothing_surer(tmp_path, rule):
    """All of ten firearms are found, beside no false alarm in ten scans or forty."""
    few, many = (
        estimate(Rule(**rule), gather_outcomes(make_ledgers(path, cases)[0]), None)
        for path, cases in (
            (tmp_path / "few", make_cases(10, 0, 10, 0)),
            (tmp_path / "many", make_cases(10, 0, 40, 0)),
        )
    )
    assert few is not None
    assert many is not None
    low = 1 + np.log(0.025) / 10
    assert few.interval(0.95)[0] == many.interval(0.95)[0] == pytest.approx(low)


def plain_pd_at_pfa(outcomes, pfa, row):
    """Try every threshold, repeating each group as often as it was drawn."""
    clean_scores = np.repeat(outcomes.loudest, row[outcomes.clean_homes])
    scores = np.repeat(outcomes.scores, row[outcomes.firearm_homes])
    best = 0.0
    for cut in [*np.unique(clean_scores), -np.inf]:
        if np.mean(clean_scores > cut) <= pfa + 1e-12:
            best = max(best, float(np.mean(scores > cut)))
    return best


def test_p_values_turn_at_the_limit(tmp_path):
    outcomes = gather_outcomes(make_ledgers(tmp_path, make_cases(70, 30, 0, 0))[0])
    found = estimate(Rule(metric="pd", least=0.5), outcomes, None)
    assert found is not None
    assert found.probability_beyond(0.5, above=True) < 0.001
    assert found.probability_beyond(0.69, above=True) > 0.3
    assert found.probability_beyond(0.9, above=True) > 0.99
    assert found.probability_beyond(0.9, above=False) < 0.001
    edge = found.interval(0.9)[0]
    assert found.probability_beyond(edge, above=True) == pytest.approx(0.05, abs=1e-6)


def test_ci_servers_read_the_verdict(tmp_path):
    cases = [
        *make_cases(60, 40, 50, 0, scanner="<a & b>"),
        *make_cases(2, 0, 0, 0, scanner="c"),
    ]
    (ledger,) = make_ledgers(tmp_path, cases)
    rules = make_rules(
        {"metric": "pd", "least": 0.3},
        {"metric": "pd", "least": 0.9, "slice": "scanner"},
        {"metric": "pd", "least": 0.6},
    )
    write_junit(judge(rules, ledger), tmp_path / "junit.xml")
    (suite,) = ET.parse(tmp_path / "junit.xml").getroot()  # noqa: S314 - our own
    assert [suite.get(k) for k in ("tests", "failures", "errors", "skipped")] == list(
        "4111"
    )
    assert "<a & b>" in {case.get("name", "").split(": ")[-1] for case in suite}


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    """Two bundles that differ by chance only, on 900 firearms in 300 containers."""
    rng = np.random.default_rng(3)
    each = []
    hard = rng.random(900)
    for _ in range(2):
        found = hard + rng.normal(0, 0.1, 900) < 0.7
        each.append(
            [
                armed(0.9 if hit else None, group=f"g{n // 3}")
                for n, hit in enumerate(found)
            ]
        )
    return make_ledgers(tmp_path_factory.mktemp("pool"), *each)


def test_a_planted_loss_of_8_points_is_caught_and_the_null_is_not_failed(pool):
    rules = make_rules({"metric": "pd", "not_worse_by": 0.03})
    champion, candidate = pool
    caught = rehearse(rules, (champion, candidate), Drill(1000, 0.08, 120))
    null = rehearse(rules, (champion, candidate), Drill(1000, 0.0, 120))
    assert caught.failed >= 0.9
    assert null.failed <= 0.05
    assert null.passed >= 0.5
    assert caught.failed + caught.passed + caught.untold == pytest.approx(1)


def test_what_cannot_be_rehearsed_is_refused(pool):
    rules = make_rules({"metric": "ap50", "least": 0.1})
    with pytest.raises(VerdictError, match="can be rehearsed"):
        rehearse(rules, tuple(pool), Drill(10, 0, 1))
    rules = make_rules({"metric": "pd", "least": 0.1})
    with pytest.raises(VerdictError, match="cannot lose"):
        rehearse(rules, tuple(pool), Drill(10, 0.99, 1))
