"""Tests of the card of a bundle."""

import pytest

from detector.card import write_card
from detector.manifest import Parity
from detector.operating_point import OperatingPoint
from detector.scale import Scale
from tests.detector.graphs import make_entry, make_graph, make_manifest

MEASURED = OperatingPoint(
    name="normal",
    threshold=0.3125,
    pd=0.9,
    pd_interval=(0.8, 0.96),
    pfa=0.04,
    pfa_interval=(0.02, 0.09),
    suite="suite 7",
)


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
