"""Plans say what a suite holds, scan by scan."""

import pytest

from benchmark.suite.plan import SuitePlan, list_shipped, read_plan
from data.errors import SuiteError
from data.simulation.imaging.defects import DEFECTS
from data.simulation.imaging.scanner import RESERVED_SCANNER_NAMES, SCANNER_NAMES


def make_plan(**part):
    whole = {"name": "p", "scans": 3} | part
    return SuitePlan.model_validate(
        {"name": "s", "title": "t", "seed": 1, "parts": [whole]}
    )


@pytest.mark.parametrize("name", list_shipped())
def test_what_ships_can_be_planned(name):
    plan = read_plan(name)
    assert plan.name == name
    scans = list(plan.list_scans())
    assert len(scans) >= 200
    assert (plan.role == "calibration") == (name == "calibration")


def test_no_two_suites_that_ship_share_a_scan():
    seeds = [
        {scan.seed for scan in read_plan(name).list_scans()} for name in list_shipped()
    ]
    assert len(set.union(*seeds)) == sum(len(each) for each in seeds)


@pytest.mark.parametrize(
    ("each", "names"),
    [
        ("scanner", SCANNER_NAMES),
        ("any scanner", SCANNER_NAMES + RESERVED_SCANNER_NAMES),
    ],
)
def test_each_scanner_sees_the_same_containers(each, names):
    scans = list(make_plan(each=each).list_scans())
    assert len(scans) == 3 * len(names)
    assert {s.recipe.scanner for s in scans} == set(names)
    assert len({s.seed for s in scans}) == 3
    apart = list(make_plan(each=each, same_scenes=False).list_scans())
    assert len({s.seed for s in apart}) == len(scans)


def test_each_defect_comes_at_each_severity_and_once_not_at_all():
    scans = list(make_plan(each="defect", scans=1).list_scans())
    assert len(scans) == 1 + 5 * len(DEFECTS)
    assert scans[0].recipe.defects == ()
    assert {(d.kind, d.severity) for s in scans for d in s.recipe.defects or ()} == {
        (kind, severity) for kind in DEFECTS for severity in range(1, 6)
    }
    assert len({s.part for s in scans}) == len(scans)


def test_a_share_of_a_plan_has_another_name():
    plan = make_plan(scans=100)
    assert len(list(plan.shrink(0.1).list_scans())) == 10
    assert plan.shrink(0.1).name != plan.name
    assert plan.shrink(1) == plan
    assert len(list(plan.shrink(0.0001).list_scans())) == 1
    for share in (0, 1.5, -1):
        with pytest.raises(SuiteError, match="Choose over 0"):
            plan.shrink(share)


def test_what_is_wrong_with_a_plan_is_said_all_together(tmp_path):
    path = tmp_path / "plan.toml"
    path.write_text('name = ""\ntitle = "t"\nseed = -1\nsize = 4\nparts = []\n')
    with pytest.raises(SuiteError) as caught:
        read_plan(path)
    message = str(caught.value)
    assert "\n" not in message
    for word in ("name", "seed", "size", "parts"):
        assert word in message
    path.write_text("name = ")
    with pytest.raises(SuiteError, match="no TOML"):
        read_plan(path)
    with pytest.raises(SuiteError, match="one of calibration"):
        read_plan("no such plan")
