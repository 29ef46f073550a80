"""Tests of the card of a bundle."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from benchmark.evaluation.slices import FIREARM_CUTS, SCAN_CUTS
from data.truth import TruthObject
from detector.blind_spots import ATTENUATION, SORTS, STEPS
from detector.card import write_card
from detector.manifest import Parity, Slice, VerdictRecord
from detector.scale import Scale
from tests.detector.graphs import make_entry, make_graph, make_manifest, make_point

MEASURED = make_point(threshold=0.3125, calibrated=False)


def card(entry=None, **changes):
    graph = make_graph()
    entry = entry or make_entry(graph)
    manifest = make_manifest({"dual": graph}, **changes)
    return write_card(manifest.model_copy(update={"graphs": {"dual": entry}}))


def test_a_card_says_what_the_bundle_is_and_what_it_cannot_do():
    text = card(versions={"python": "3.11", "torch": "2.0"})
    assert text.startswith("# test 1\n\nStatus: **draft**. Finds: firearm.\n")
    assert "simulated scans only" in text
    assert "Licence: AGPL-3.0-or-later." in text
    assert "not thereby free of firearms" in text
    assert "python 3.11, torch 2.0" in text
    assert text.endswith("\n")


def test_a_bundle_of_real_scans_does_not_say_simulated_only():
    text = card(synthetic_only=False)
    assert "Trained on real scans too" in text
    assert "simulated scans only" not in text


def test_a_card_gives_every_figure_with_its_interval_and_its_suite():
    entry = make_entry(
        make_graph(),
        operating_points=(MEASURED,),
        parity=Parity(score=2e-7, box_px=0.012, tiles=12, scans=6),
        metrics={"validation_ap50": 0.9234, "tile_ap50": 0.8765},
        scale=Scale(pitch_mm=4.0, longest_side_px=416),
    )
    text = card(entry)
    assert "score >= 0.312" in text
    assert "Pd 90.0% (95 %: 80.0% to 96.0%)" in text
    assert "Pfa 4.0% (95 %: 2.0% to 9.0%)" in text
    assert "on suite 7" in text
    assert "at most 2.0e-07 in score and 1.2e-02 px, on 12 tiles" in text
    assert "6 whole scans" in text
    assert "validation_ap50 on validation scans: 0.923." in text
    assert "tile_ap50 on validation tiles: 0.876." in text
    assert "longest side of 416 px" in text
    assert "Tiles of 32 px that overlap by 8 px" in text


@pytest.mark.parametrize("word", ["Pd", "Pfa", "Differs", "longest side"])
def test_a_card_is_silent_on_what_is_not_known(word):
    entry = make_entry(make_graph(), scale=Scale(pitch_mm=4.0))
    assert word not in card(entry)


SLICES = (
    Slice(by="attenuation around", name="0 to 1", found=45, of=50, interval=(0.8, 1)),
    Slice(by="attenuation around", name="3 to 5", found=3, of=60, interval=(0, 0.13)),
    Slice(by="kind of firearm", name="pistol", found=30, of=90, interval=(0.2, 0.49)),
    Slice(by="kind of firearm", name="rifle", found=9, of=18, interval=(0.28, 0.72)),
    Slice(by="pose", name="unknown", found=50, of=108, interval=(0.3, 0.6)),
    Slice(by="cargo", name="a|b", found=40, of=80, interval=(0.4, 0.6)),
)


def test_a_card_draws_pd_by_attenuation_and_leaves_no_step_out():
    text = card(make_entry(make_graph(), operating_points=(MEASURED,), slices=SLICES))
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert rows == [
        "| nepers | found | Pd | 95 % | |",
        "| 0 to 1 | 45 of 50 | 90% | 80% to 100% | `██████████████████··` |",
        "| 1 to 2 | not measured | | | |",
        "| 2 to 3 | not measured | | | |",
        "| 3 to 5 | 3 of 60 | 5% | 0% to 13% | `█···················` |",
        "| 5 and more | not measured | | | |",
    ]
    assert "At the operating point normal, on suite 7." in text


def test_a_card_says_what_is_not_seen_worst_first_and_what_nobody_measured():
    text = card(make_entry(make_graph(), operating_points=(MEASURED,), slices=SLICES))
    part = text.split("### What it does not see\n\n")[1].split("\n\n")[0]
    assert part.splitlines() == [
        "- Most firearms of these sorts. Found, and at most (95 %):",
        "    - attenuation around, nepers: 3 to 5 (3 of 60, 13%)",
        "    - kind of firearm: pistol (30 of 90, 49%)",
        "- Too few to tell (under 20): firearms of the kind rifle.",
        "- Not measured: how Pd differs by attenuation in front, contrast, pose, form, "
        "concealment.",
        "- Not measured: firearms where all else attenuates by 1 to 2, 2 to 3, 5 and "
        "more nepers.",
    ]


def test_sorts_of_one_property_share_a_line_worst_first():
    sorts = [("bags", 9, 0.3), ("sacks", 1, 0.1), ("tyres", 4, 0.2)]
    slices = tuple(
        Slice(by="cargo", name=name, found=found, of=50, interval=(0, most))
        for name, found, most in sorts
    )
    text = card(make_entry(make_graph(), slices=slices))
    assert "- Most firearms of every sort." in text
    said = "sacks (1 of 50, 10%); tyres (4 of 50, 20%); bags (9 of 50, 30%)"
    assert f"\n    - cargo: {said}\n" in text


def test_a_pd_that_may_be_half_is_not_called_unseen():
    just = Slice(by="form", name="whole", found=40, of=100, interval=(0.3, 0.5))
    text = card(make_entry(make_graph(), slices=(just,)))
    assert "- Of no sort that was measured is it certain that most are missed." in text
    assert "form whole" not in text


def test_what_was_never_measured_is_not_passed_over():
    assert "- Nobody measured which firearms it misses." in card()


def test_the_sorts_of_the_card_are_those_that_suites_are_cut_by():
    assert set(SORTS) <= set(FIREARM_CUTS) | set(SCAN_CUTS)
    cut = FIREARM_CUTS[ATTENUATION]
    levels = (0.5, 1.5, 2.5, 4.0, 9.0)
    rows: list[Any] = [
        SimpleNamespace(truth=TruthObject(box=(0, 0, 1, 1), attenuation_around=level))
        for level in levels
    ]
    assert tuple(cut(row, rows[0]) for row in rows) == STEPS


def test_a_name_from_a_truth_file_cannot_break_the_card():
    bad = Slice(by="cargo", name="a|b\n# c", found=1, of=50, interval=(0, 0.1))
    assert "- cargo: a\\|b \\# c (1 of 50, 10%)" in card(
        make_entry(make_graph(), slices=(bad,))
    )


def test_a_card_says_on_what_verdict_and_until_when():
    verdict = VerdictRecord(
        suite="standard",
        suite_sha256="a" * 64,
        bundle_sha256="b" * 64,
        report_sha256="c" * 64,
    )
    end = datetime(2027, 3, 4, tzinfo=UTC)
    text = card(verdict=verdict, not_after=end, counter=7, status="signed")
    assert "- Verdict: pass on standard (sealed aaaaaaaaaaaa), report cccc" in text
    assert "- Expires on 2027-03-04. Counter: 7." in text
    assert "ask `cargosight bundle verify`" in text


def test_a_card_of_a_draft_says_that_nothing_vouches_for_it():
    text = card()
    assert "- Verdict: none." in text
    assert "- Does not expire. Counter: 0." in text
    assert "- Not signed" in text
    assert "- Weights: fp32." in text


def test_a_card_says_that_it_was_signed_without_a_verdict():
    assert "- Verdict: none: it was signed without one." in card(status="signed")
    assert "- Verdict: none.\n" in card(status="calibrated")
