"""Tests of the scans of a race."""

import pytest

from benchmark.speed import course
from benchmark.speed.course import list_starts, make_course, make_large
from benchmark.suite.plan import Part, SuitePlan
from data.errors import SuiteError
from data.simulation import Recipe


@pytest.fixture
def short(monkeypatch):
    """Let the standard mix be of short containers."""
    part = Part(name="p", scans=9, recipe=Recipe(length_m=2.0))
    plan = SuitePlan(name="standard", title="t", seed=1, parts=(part,))
    monkeypatch.setattr(course, "read_plan", {"standard": plan}.__getitem__)


@pytest.mark.usefixtures("short")
def test_as_many_scans_are_made_as_are_asked_for(tmp_path):
    told: list[tuple[int, int]] = []
    suite = make_course(
        tmp_path / "s", scans=2, seed=5, progress=lambda *step: told.append(step)
    )
    assert told == [(1, 2), (2, 2)]
    starts = list(list_starts(suite))
    assert [start.home.inspection for start in starts] == ["000000", "000001"]
    assert [start.truth for start in starts] == [suite.truth(s) for s in suite.scans]
    other = make_course(tmp_path / "t", scans=1, seed=6)
    assert other.scans[0].group != suite.scans[0].group


def test_no_scan_is_refused(tmp_path):
    with pytest.raises(SuiteError, match="0 scans make no race"):
        make_course(tmp_path / "s", scans=0, seed=0)
    assert not (tmp_path / "s").exists()


def test_large_scans_have_their_size_whatever_is_made(monkeypatch):
    monkeypatch.setattr(course, "FORTY_FEET_M", 2.0)
    scans = make_large(0)
    assert [scan.size for scan in scans.values()] == [(4000, 1400)] * 2
    assert [scan.kind for scan in scans.values()] == ["dual"] * 2
    assert [s.info.pitch_mm for s in scans.values()] == [(3.2, 3.0), (4.0, 4.0)]
