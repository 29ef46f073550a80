"""The gate: what it lets through, what it stops, and what it says then."""

from datetime import date

import pytest

from benchmark.quality.advice import ADVICE
from benchmark.quality.gate import (
    Gate,
    Limit,
    find_acceptance,
    judge_entry,
    load_gate,
)
from data.errors import QualityError
from data.quality import FIGURES
from tests.benchmark.quality.entries import make_entry


def make_gate(*limits, **fields):
    return Gate(name="mine", limits=tuple(Limit(**limit) for limit in limits), **fields)


def judge(entry, *limits, history=(), **fields):
    failures = judge_entry(entry, make_gate(*limits, **fields), [*history, entry])
    return [str(failure) for failure in failures]


def accept(*values, key="high.penetration_mm"):
    return [
        make_entry(day, figures={key: float(v)})
        for day, v in enumerate(values, start=-50)
    ]


LEAST = {"figure": "penetration_mm", "least": 250.0}
MOST = {"figure": "dead_rows", "most": 0.0}


def test_a_healthy_scan_passes():
    assert judge(make_entry(), LEAST, MOST) == []


def test_a_limit_itself_is_allowed():
    assert judge(make_entry(figures={"high.penetration_mm": 250.0}), LEAST) == []


def test_a_failure_says_what_was_met_and_what_to_do():
    broken = make_entry(
        figures={"high.dead_rows": 4.0},
        faults={"high.dead_rows": "rows 3, 211-213"},
    )
    assert judge(broken, MOST) == [
        "0.tiff: dead rows (high): 4 (rows 3, 211-213), at most 0 allowed. "
        "Have the array checked."
    ]
    weak = make_entry(figures={"high.penetration_mm": 240.0})
    (line,) = judge(weak, LEAST)
    assert "penetration, steel (high): 240 mm, at least 250 mm allowed. " in line


@pytest.mark.parametrize(
    ("value", "bound", "limit", "broken"),
    [
        (250.0, "under", LEAST, True),
        (250.0, "over", LEAST, False),
        (450.0, "over", LEAST, False),
        (100.0, "over", {"figure": "penetration_mm", "most": 100.0}, True),
        (100.0, "under", {"figure": "penetration_mm", "most": 100.0}, False),
    ],
)
def test_a_bound_is_on_the_wrong_side_of_a_limit_it_reaches(
    value, bound, limit, broken
):
    key = "high.penetration_mm"
    entry = make_entry(figures={key: value}, bounds={key: bound})
    assert bool(judge(entry, limit)) == broken


def test_what_could_not_be_measured_fails():
    entry = make_entry(without=["high.penetration_mm"])
    (line,) = judge(entry, LEAST)
    assert "penetration, steel (high): not measured. " in line


def test_what_a_scan_cannot_have_does_not_fail():
    offset = {"figure": "offset_px", "most": 0.5}
    level = {"figure": "air_level_percent", "least": 98.0}
    entry = make_entry(air_stated=False, without=["high.air_level_percent"])
    assert judge(entry, offset, level) == []
    assert len(judge(make_entry(planes=2), offset)) == 1


def test_a_limit_holds_for_the_planes_it_names():
    entry = make_entry(
        planes=2,
        figures={"high.penetration_mm": 200.0, "low.penetration_mm": 200.0},
    )
    assert len(judge(entry, LEAST)) == 2
    (line,) = judge(entry, LEAST | {"planes": ("low",)})
    assert "(low)" in line


def test_drift_is_counted_from_the_median_of_the_first_scans():
    limit = {"figure": "penetration_mm", "worse_percent": 10.0}
    first = accept(300, 310, 290, 300, 900)
    now = make_entry(figures={"high.penetration_mm": 271.0})
    assert judge(now, limit, history=first) == []
    later = make_entry(figures={"high.penetration_mm": 269.0})
    (line,) = judge(later, limit, history=first)
    assert "269 mm, at least 270 mm allowed" in line


def test_what_got_better_has_not_drifted():
    limit = {"figure": "penetration_mm", "worse_percent": 10.0}
    better = make_entry(figures={"high.penetration_mm": 400.0})
    assert judge(better, limit, history=accept(300, 300, 300, 300, 300)) == []


@pytest.mark.parametrize(("level", "broken"), [(97.0, 1), (99.5, 0), (103.0, 1)])
def test_what_should_stay_may_drift_to_neither_side(level, broken):
    key = "high.air_level_percent"
    entry = make_entry(figures={key: level})
    limit = {"figure": "air_level_percent", "worse": 2.0}
    history = accept(100, 100, 100, 100, 100, key=key)
    assert len(judge(entry, limit, history=history)) == broken


def test_the_stricter_of_two_limits_counts():
    limit = {"figure": "penetration_mm", "least": 290.0, "worse_percent": 10.0}
    history = accept(300, 300, 300, 300, 300)
    weak = make_entry(figures={"high.penetration_mm": 285.0})
    (line,) = judge(weak, limit, history=history)
    assert "at least 290 mm" in line


def test_without_enough_scans_nothing_has_drifted():
    limit = {"figure": "penetration_mm", "worse_percent": 10.0}
    weak = make_entry(figures={"high.penetration_mm": 100.0})
    assert judge(weak, limit, history=accept(300, 300)) == []


def test_acceptance_starts_on_the_day_the_gate_states():
    key = "high.penetration_mm"
    entries = [make_entry(day, figures={key: 300.0 - day}) for day in range(20)]
    gate = make_gate(LEAST, acceptance_scans=3, accepted=date(2026, 1, 15))
    assert find_acceptance(entries, gate, entries[-1])[key] == 289.0
    others = [*entries, make_entry(5, scanner="b", figures={key: 1.0})]
    assert find_acceptance(others, gate, entries[-1])[key] == 289.0


def test_the_gate_that_ships_passes_a_healthy_scan_and_knows_its_figures():
    gate = load_gate()
    assert {limit.figure for limit in gate.limits} <= set(FIGURES)
    named = {limit.figure: 0 for limit in gate.limits}
    assert len(named) == len(gate.limits)


def test_there_is_advice_for_every_figure():
    assert set(ADVICE) == set(FIGURES)
    assert all(line.endswith(".") for line in ADVICE.values())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[[limits]]\nfigure = "sharpness"\nmost = 1',
            "there is no figure 'sharpness'",
        ),
        ('[[limits]]\nfigure = "dead_rows"', "needs least, most"),
        ('[[limits]]\nfigure = "dead_rows"\nmost = nan', "most"),
        ('[[limits]]\nfigure = "dead_rows"\nworse = 0', "worse"),
        ("limits = []", "limits"),
        ("colour = 1", "colour"),
        ("name", "is not TOML"),
    ],
)
def test_what_is_wrong_with_a_gate_is_named_in_one_line(tmp_path, text, said):
    path = tmp_path / "gate.toml"
    path.write_text(f'name = "mine"\n{text}\n', encoding="utf-8")
    with pytest.raises(QualityError) as error:
        load_gate(path)
    (line,) = str(error.value).splitlines()
    assert said in line


def test_an_accepted_day_is_read_from_toml(tmp_path):
    path = tmp_path / "gate.toml"
    path.write_text(
        'name = "mine"\naccepted = 2026-01-05\n'
        '[[limits]]\nfigure = "misfires"\nmost = 0'
    )
    assert load_gate(path).accepted == date(2026, 1, 5)
