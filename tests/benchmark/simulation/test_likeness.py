"""Likeness is measured inside the container, and edges alike in real and simulated."""

import cv2
import numpy as np
import pytest

from benchmark.simulation import likeness
from benchmark.simulation.likeness import Likeness, measure_likeness


@pytest.fixture
def few_kinds(monkeypatch):
    monkeypatch.setattr(likeness, "CARGO", ("machinery", "empty"))
    monkeypatch.setattr(likeness, "_LENGTH_M", 3.0)


@pytest.mark.usefixtures("few_kinds")
def test_machinery_is_denser_than_the_walls_of_empty_containers(tmp_path):
    stripes = np.zeros((100, 100), np.uint8)
    stripes[:, ::10] = 255
    cv2.imwrite(str(tmp_path / "a.png"), stripes)
    found = measure_likeness(2, seed=0, real=tmp_path, progress=lambda *_: None)
    assert 0.08 < found.walls[0] < found.walls[1] < 0.35
    assert found.machinery[3] > 2
    assert list(found.machinery) == sorted(found.machinery)
    assert 0 < found.edges < found.machinery_edges
    assert found.real_edges is not None
    assert found.real_edges > 0.1


def test_the_worst_percentile_counts():
    found = Likeness(1, (0.2, 0.94, 2.47, 9.56), (0.1, 0.2), 0.0, 0.0, None)
    assert found.off == pytest.approx(1.0)
    assert "100% off at the most" in found.as_text()
    assert "real 0." not in found.as_text().splitlines()[2]
