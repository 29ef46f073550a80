"""Apply rules to an evaluation: pass, fail, or cannot tell."""

from collections.abc import Sequence

from benchmark.evaluation.ledger import Ledger
from benchmark.evaluation.outcomes import gather_outcomes, list_values
from benchmark.statistics.multiplicity import holm
from benchmark.verdict.estimate import Estimate, estimate
from benchmark.verdict.finding import (
    FAIL,
    PASS,
    UNTESTED,
    UNTOLD,
    Answer,
    Finding,
    Verdict,
)
from benchmark.verdict.prospects import (
    Test,
    chance_to_pass,
    surely_caught,
    trials_needed,
)
from benchmark.verdict.rule_file import Rule, Rules
from data.errors import VerdictError


def judge(
    rules: Rules, candidate: Ledger, champion: Ledger | None = None, *, seed: int = 0
) -> Verdict:
    """Apply rules.

    Args:
        rules: What must hold.
        candidate: Of the bundle that is judged.
        champion: Of the bundle in service, on the very same suite; for relative rules.
        seed: Of the draws of groups.

    Raises:
        VerdictError: If a rule needs a champion and there is none, or the two are of
            different suites.
    """
    _check(rules, candidate, champion)
    findings: list[Finding] = []
    answers: list[Answer] = []
    for number, rule in enumerate(rules.rules):
        found = _decide(_list_tests(number, rule, candidate, champion, seed))
        findings += found
        answers.append(_join([finding.answer for finding in found]))
    return Verdict(
        rules.title,
        _join(answers),
        tuple(findings),
        _name(candidate),
        None if champion is None else _name(champion),
        candidate.evaluation.suite.name,
    )


def _join(answers: Sequence[Answer]) -> Answer:
    """The worst of them; what was tested nowhere cannot be told."""
    for answer in (FAIL, UNTOLD, PASS):
        if answer in answers:
            return answer
    return UNTOLD


def _name(ledger: Ledger) -> str:
    bundle = ledger.evaluation.stamp.bundle
    return f"{bundle.name} {bundle.version} ({bundle.sha256[:8]})"


def _check(rules: Rules, candidate: Ledger, champion: Ledger | None) -> None:
    if champion is None:
        needy = [rule.sentence for rule in rules.rules if rule.relative]
        if needy:
            msg = f"'{needy[0]}' needs a champion. Compare with its evaluation."
            raise VerdictError(msg)
    elif champion.evaluation.suite.seal != candidate.evaluation.suite.seal:
        msg = "Candidate and champion ran on different suites. Run both on one."
        raise VerdictError(msg)


def _list_tests(
    number: int, rule: Rule, candidate: Ledger, champion: Ledger | None, seed: int
) -> list[Test]:
    other = champion if rule.relative else None
    values: Sequence[str | None] = (
        [None] if rule.slice is None else list_values(candidate, rule.slice)
    )
    tests = []
    for value in values:
        cut = (rule.slice, value)
        ours = gather_outcomes(candidate, *cut)
        theirs = None if other is None else gather_outcomes(other, *cut)
        found = estimate(rule, ours, theirs, seed=seed)
        tests.append(Test(number, rule, value, found))
    return tests


def _decide(tests: Sequence[Test]) -> list[Finding]:
    """Findings of one rule: of its slices together, for Holm's correction."""
    testable = [test for test in tests if test.testable]
    answers = dict(zip(map(id, testable), _answer_all(testable), strict=True))
    return [_find(test, answers.get(id(test))) for test in tests]


def _answer_all(tests: Sequence[Test]) -> list[Answer]:
    if len(tests) == 1 or any(test.rule.by == "estimate" for test in tests):
        return [answer_test(test) for test in tests]
    good = holm([_probability(test, wanted=True) for test in tests])
    bad = holm([_probability(test, wanted=False) for test in tests])
    return [
        _choose(p <= 1 - test.rule.confidence, q <= 1 - test.rule.confidence)
        for test, p, q in zip(tests, good, bad, strict=True)
    ]


def answer_test(test: Test) -> Answer:
    """The answer of a test that stands alone.

    Args:
        test: What is tested; it must be testable.
    """
    rule, found = test.rule, test.found
    assert found is not None  # noqa: S101 - it is testable
    if rule.by == "estimate":
        over = found.value - test.limit
        kept = over <= 0 if rule.lower_is_better else over >= 0
        return _choose(kept, not kept)
    alpha, above = 1 - rule.confidence, not rule.lower_is_better
    return _choose(
        found.excludes(test.limit, alpha, above=above),
        found.excludes(test.limit, alpha, above=not above),
    )


def _choose(kept: bool, broken: bool) -> Answer:
    if kept:
        return PASS
    return FAIL if broken else UNTOLD


def _probability(test: Test, *, wanted: bool) -> float:
    """p-value of the rule's being kept (wanted), or of its being broken."""
    assert test.found is not None  # noqa: S101 - only testable ones come here
    above = wanted != test.rule.lower_is_better
    return test.found.probability_beyond(test.limit, above=above)


def _find(test: Test, answer: Answer | None) -> Finding:
    found = test.found
    if found is None or answer is None:
        return _leave_out(test)
    confidence = 2 * test.rule.confidence - 1
    interval = found.interval(confidence)
    return Finding(
        rule=test.number,
        demand=test.demand,
        value=test.value,
        answer=answer,
        reason=_explain(test, found, interval),
        measured=found.value,
        interval=interval,
        first=found.first,
        second=found.second,
        gained=found.gained,
        lost=found.lost,
        trials=found.trials,
        power=chance_to_pass(test, found),
        caught=surely_caught(test, found),
        needed=trials_needed(test, found) if answer == UNTOLD else None,
    )


def _leave_out(test: Test) -> Finding:
    """What is said of a rule or slice that there is too little to go by."""
    trials = 0 if test.found is None else test.found.trials
    if test.value is None:
        reason, answer = "The suite has nothing to measure it by.", UNTOLD
    else:
        reason = f"{trials} trials, under {test.rule.least_trials}."
        answer = UNTESTED
    return Finding(test.number, test.demand, test.value, answer, reason, trials=trials)


def _explain(test: Test, found: Estimate, interval: tuple[float, float]) -> str:
    low, high = interval
    sure = f"{2 * test.rule.confidence - 1:.0%}"
    if found.first is None:
        return (
            f"{found.value:.4f} ({low:.4f} to {high:.4f}, {sure}) of {found.trials} "
            f"trials in {found.groups} groups; limit {test.limit:g}."
        )
    moved = ""
    if found.gained is not None:
        moved = f" Better on {found.gained}, worse on {found.lost}."
    return (
        f"{found.first:.4f} became {found.second:.4f}: {found.value:+.4f} ({low:+.4f} "
        f"to {high:+.4f}, {sure}) on {found.trials} trials in {found.groups} "
        f"groups; limit {test.limit:+g}.{moved}"
    )
