"""Tests of what a rendering hides."""

import numpy as np
import pytest

from data.fading import LEAST_STEP, fade_truth, fades
from data.truth import HARMLESS, Truth, TruthObject


def test_a_thing_fades_where_it_changes_less_than_a_level():
    assert 255 * np.exp(-5) * (1 - np.exp(-0.2)) < LEAST_STEP
    assert fades(5.0, 0.2, 1.0)
    assert not fades(5.0, 0.2, 2.4)
    assert not fades(1.0, 0.2, 1.0)
    assert fades(1.0, 0.001, 1.0)
    assert not fades(1.0, -0.2, 1.0)  # brighter is seen too


@pytest.mark.parametrize(("around", "added"), [(None, 0.2), (5.0, None), (None, None)])
def test_what_is_not_known_fades_in_no_rendering(around, added):
    assert not fades(around, added, 1.0)


def test_what_a_rendering_hides_is_ignored_in_its_truth():
    deep, near, unknown, lost, drill = (
        TruthObject(box=(0, 0, 9, 9), attenuation_around=around, contrast=0.2)
        for around in (5.0, 1.0, None, 6.0, 6.0)
    )
    lost = lost.model_copy(update={"ignore": True})
    drill = drill.model_copy(update={"label": HARMLESS})
    truth = Truth(objects=(deep, near, unknown, lost, drill), source="simulation")
    faded = fade_truth(truth, 1.0)
    assert [each.ignore for each in faded.objects] == [True, False, False, True, False]
    assert faded.source == truth.source
    assert fade_truth(truth, 2.4) == truth
    assert not deep.ignore
