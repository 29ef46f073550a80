"""What could not be seen is said first, and counted once."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from detector.blanks import find_blanks, leads, list_blanks
from detector.detections import Detections
from detector.operating_point import OperatingPoint
from detector.pipeline import Findings

POINT = OperatingPoint(name="draft", threshold=0.5)


def find(share=None, **parts):
    boxes: dict[str, Any] = {
        name: np.array(rows, np.float32) for name, rows in parts.items()
    }
    return Findings(Detections.empty(), POINT, None, share, 0.0, **boxes)


def test_where_all_could_be_seen_nothing_is_said():
    assert list_blanks(find(0.0)) == ()
    assert not leads(find(0.0))


def test_of_a_rendering_nothing_is_known_and_that_is_said():
    (line,) = list_blanks(find(None))
    assert "cannot be told" in line
    assert not leads(find(None))


def test_a_block_leads_however_small_its_share():
    opaque = np.zeros((100, 4000), bool)
    opaque[10:80, 1000:1300] = True
    blocked = Findings(Detections.empty(), POINT, opaque, 0.08, 0.0)
    assert leads(blocked)
    first, second = list_blanks(blocked)
    assert "from 25% to 32% of its length" in first
    assert second.startswith("8%")


@pytest.mark.parametrize(
    ("share", "said", "first"),
    [(0.004, "under 1%", False), (0.29, "29%", False), (0.3, "30%", True)],
)
def test_from_30_percent_on_it_leads(share, said, first):
    (line,) = list_blanks(find(share))
    assert line.startswith(said)
    assert leads(find(share)) == first


def test_columns_of_strips_that_overlap_count_once():
    strips = [(0, 0, 700, 90), (640, 0, 1340, 80), (2000, 5, 2100, 60)]
    (line,) = list_blanks(find(0.0, missed=strips))
    assert "about 1440 columns between 0 and 2100" in line
    assert leads(find(0.0, missed=strips))
    assert "glanced" in list_blanks(find(0.0, coarse=strips))[0]


def test_what_passed_unseen_comes_before_what_is_opaque():
    lines = list_blanks(find(0.5, missed=[(0, 0, 10, 10)]))
    assert "passed" in lines[0]
    assert "opaque" in lines[1]


def test_each_blank_has_its_numbers_for_those_who_say_it_otherwise():
    strips = [(0, 0, 700, 90), (640, 0, 1340, 80)]
    unlooked, opaque = find_blanks(find(0.123456, missed=strips))
    assert unlooked.code == "blank.unlooked"
    assert unlooked.facts == {"columns": 1340, "start": 0, "end": 1340}
    assert (opaque.code, opaque.facts) == ("blank.opaque", {"share": 0.1235})
    (rendering,) = find_blanks(find(None))
    assert (rendering.code, rendering.facts) == ("blank.rendering", {})


def test_a_passage_is_told_by_where_it_begins_and_ends():
    opaque = np.zeros((100, 4000), bool)
    opaque[10:80, 1000:1300] = True
    passage = find_blanks(Findings(Detections.empty(), POINT, opaque, 0.08, 0.0))[0]
    assert passage.code == "blank.passage"
    assert passage.facts == {"start": 0.25, "end": 0.325}


def test_of_several_containers_each_says_its_own_share():
    def see(share, kind):
        return SimpleNamespace(opaque_fraction=share, kind=kind)

    views = (see(0.5, "20ft"), see(0.0, None), see(0.25, None))
    two = replace(find(0.4), containers=views)
    _, first, third = find_blanks(two)
    assert first.facts == {"number": 1, "share": 0.5, "kind": "20ft"}
    assert third.facts == {"number": 3, "share": 0.25}
    assert third.text == "container 3: 25% opaque"
