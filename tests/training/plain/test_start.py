"""Tests of what a plain training starts from."""

import numpy as np
import pytest
import torch
from ultralytics import YOLO

from data.errors import TrainingError
from detector.bundle import default_bundle_path
from detector.encoding import Encoding
from training.base import Base, find_base
from training.network import make_network
from training.plain.settings import PlainSettings
from training.plain.start import write_start
from training.planes import PLANES

FIRST = "model.0.conv.weight"


@pytest.fixture(scope="module")
def shipped():
    return find_base(str(default_bundle_path()), Encoding.DUAL)


def test_the_shipped_bundle_becomes_a_checkpoint_with_the_same_weights(
    tmp_path, shipped
):
    start = write_start(PlainSettings(base="default"), tmp_path / "start.pt")
    model = YOLO(start)
    assert model.names == {0: "firearm"}
    found = model.model.state_dict()
    for name, weights in shipped.weights.items():
        if name.startswith("refiner."):
            continue
        kept = weights[:, :PLANES] if name == FIRST else weights
        ours = name.replace(".one2one_", ".")  # as a bundle from before has it
        assert np.array_equal(found[ours].numpy(), kept), name


def test_a_yaml_is_left_to_ultralytics(tmp_path):
    assert write_start(PlainSettings(), tmp_path / "start.pt") == "yolo26n.yaml"
    assert not (tmp_path / "start.pt").exists()


def test_weights_that_do_not_fit_are_refused(tmp_path, monkeypatch, shipped):
    weights = dict(shipped.weights)
    lost = weights.pop("model.0.conv.weight")
    poor = type(shipped)("poor", shipped.model, None, shipped.layout, weights)
    monkeypatch.setattr("training.plain.start.find_base", lambda *_: poor)
    assert lost.ndim == 4
    with pytest.raises(TrainingError, match=r"poor lacks .*model\.0\.conv\.weight"):
        write_start(PlainSettings(base="poor"), tmp_path / "start.pt")
    assert not (tmp_path / "start.pt").exists()


def test_a_refiner_is_left_out(tmp_path, monkeypatch, shipped, caplog):
    refined = make_network(shipped, refiner=True)
    weights = {name: part.numpy() for name, part in refined.state_dict().items()}
    base = Base("refined", shipped.model, None, dict(refined.yaml), weights)
    monkeypatch.setattr("training.plain.start.find_base", lambda *_: base)
    start = write_start(PlainSettings(base="refined"), tmp_path / "start.pt")
    assert "second look" in caplog.text
    left = set(weights) - set(YOLO(start).model.state_dict())
    assert left
    assert all(name.startswith("refiner.") for name in left)


def test_what_weights_know_of_local_contrast_is_left_out(
    tmp_path, monkeypatch, shipped, caplog
):
    seeing = make_network(shipped, contrast=True)
    first = seeing.model[0].conv.weight
    with torch.no_grad():
        first[:, PLANES:] = torch.rand_like(first[:, PLANES:])
    weights = {name: part.numpy() for name, part in seeing.state_dict().items()}
    base = Base("seeing", shipped.model, None, dict(seeing.yaml), weights)
    monkeypatch.setattr("training.plain.start.find_base", lambda *_: base)
    start = write_start(PlainSettings(base="seeing"), tmp_path / "start.pt")
    assert "local contrast" in caplog.text
    found = YOLO(start).model.state_dict()
    for name, weights in seeing.state_dict().items():
        if name.startswith("refiner."):
            continue
        known = weights[:, :PLANES] if name == FIRST else weights
        torch.testing.assert_close(found[name], known)
