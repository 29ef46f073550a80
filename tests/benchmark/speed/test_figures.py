"""Tests of what is said of a race."""

import json

import pytest

from benchmark.speed.figures import Entrant, SpeedFigures, Terms
from benchmark.speed.pace import OURS, PEER, compare_paces, measure_pace
from benchmark.speed.quality import compare_findings
from tests.benchmark.speed.racers import find, make_heat, make_lap

TERMS = Terms("2 scans of s", rounds=2, threads=2, cores=4, least_score=0.1)


def sum_up(peer=True):
    found, given = find(0.9), 0.5
    ours = make_lap(1.0, found, encode_s=0.25, run_s=0.5)
    theirs = make_lap(3.0, found, given_s=given, tiles=9)
    heats = [
        make_heat((ours, ours), (theirs, theirs), firearms=1),
        make_heat((1.0, 1.0), (make_lap(3.0),) * 2, name="b"),
    ]
    paces = [measure_pace(heats, racer) for racer in (OURS, PEER)]
    return SpeedFigures(
        TERMS,
        Entrant("bundle 1", paces[OURS]),
        Entrant("SAHI 9", paces[PEER]) if peer else None,
        compare_paces(heats) if peer else None,
        compare_findings(heats, ("firearm",), 0.5, 0.1) if peer else (),
        (Entrant("huge", paces[OURS]), Entrant("small", paces[PEER])),
    )


def test_json_holds_what_programs_ask_for():
    found = json.loads(sum_up().as_json())
    assert found["speedup_over_sahi"] == pytest.approx(3.0)
    assert found["speedup_of_rounds"] == pytest.approx([3.0, 3.0])
    assert found["speedup_with_peers_encoding"] == pytest.approx(3.25)
    assert found["beyond_session_ms"] == pytest.approx(1500)
    assert found["peer"]["name"] == "SAHI 9"
    assert found["peer"]["pace"]["tiles"] == 11
    equal, own = found["findings"]
    assert equal["at"] == "Pfa <= 5%"
    assert own["ours"]["pd"]["share"] == own["peer"]["pd"]["share"] == 1
    assert own["pd_answer"].startswith("cannot tell")
    assert found["terms"]["threads"] == 2


def test_text_says_how_many_times_as_fast_and_whether_as_good():
    said = sum_up().as_text()
    assert "3.00 times as fast as the peer (3.00 to 3.00 over rounds" in said
    assert "peer: SAHI 9; its planes were given ready" in said
    assert "Pd   ours 100.0%" in said
    assert "cannot tell: 1 firearms" in said
    rows = {line.split("  ")[0]: line for line in said.splitlines()}
    assert {"ours", "peer", "huge", "small"} <= set(rows)
    line = "peer 3000.0 0.0 3000.0 0.0 0.0 1500.0 1500.0 50.0% 11 4.0"
    assert " ".join(rows["peer"].split()) == line


def test_without_a_peer_nothing_is_compared():
    found = sum_up(peer=False)
    assert "No peer took part." in found.as_text()
    shown = json.loads(found.as_json())
    assert shown["speedup_over_sahi"] is None
    assert (shown["peer"], shown["findings"]) == (None, [])
    assert shown["ours"]["pace"]["session_share"] == pytest.approx(0.5)
