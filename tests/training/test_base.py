"""Tests of what a network may start from."""

import hashlib
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from data.errors import BundleError, TrainingError
from detector.bundle import write_files
from detector.encoding import Encoding
from export.graph import load_network
from tests.detector.graphs import make_bundle, make_entry, make_graph
from training import base
from training.base import find_base
from training.network import make_network


@pytest.fixture(autouse=True)
def asked(monkeypatch):
    """What was to be downloaded; nothing is."""
    names: list[str] = []

    def refuse(name, *_, **__):
        names.append(str(name))
        return "nothing.pt"

    monkeypatch.setattr(base, "attempt_download_asset", refuse)
    monkeypatch.setattr("ultralytics.utils.checks.downloads.safe_download", refuse)
    return names


def fail(name, error=TrainingError):
    with pytest.raises(error) as caught:
        find_base(str(name), Encoding.DUAL)
    (message,) = str(caught.value).splitlines()
    return message


@pytest.mark.parametrize("name", ["yolo26n.yaml", "yolo11s.yaml", "yolov8n.yaml"])
def test_a_yaml_that_ultralytics_ships_is_known_by_its_name(name, asked):
    found = find_base(name, Encoding.DUAL)
    assert (found.name, found.model, found.sha256) == (name, name, None)
    assert found.layout is None
    assert asked == []


@pytest.mark.parametrize(
    "name",
    [
        "no/such/yolo26n.pt",
        "no/such/yolo26n.yaml",
        "https://example.com/yolo26n.pt",
        "https://example.com/yolo26n.yaml",
        "yolo26z.yaml",
        "unknown.yaml",
    ],
)
def test_what_is_not_there_is_neither_found_nor_fetched(name, asked):
    assert f"--base {name} was not found" in fail(name)
    assert asked == []


def test_only_a_bare_name_of_a_checkpoint_is_asked_for_elsewhere(asked):
    assert "could not be downloaded" in fail("yolo26n.pt")
    assert asked == ["yolo26n.pt"]


def test_an_error_without_words_is_named_by_its_kind(monkeypatch):
    def break_down(_):
        raise ConnectionError

    monkeypatch.setattr(base, "attempt_download_asset", break_down)
    assert "(ConnectionError)" in fail("yolo26n.pt")


@pytest.mark.parametrize("name", ["weights.onnx", "weights", "weights.pt.txt"])
def test_other_endings_are_refused(name):
    assert f"--base {name} cannot be started from" in fail(name)


def test_a_file_is_taken_as_it_is_and_its_weights_are_hashed(tmp_path):
    weights = tmp_path / "mine.pt"
    weights.write_bytes(b"weights")
    found = find_base(str(weights), Encoding.DUAL)
    assert (found.name, found.model) == ("mine.pt", str(weights))
    assert found.sha256 == hashlib.sha256(b"weights").hexdigest()


def test_a_folder_that_is_no_bundle_is_refused(tmp_path):
    assert "manifest.json" in fail(tmp_path, BundleError)


def test_a_bundle_of_another_precision_is_refused(tmp_path):
    graph = make_graph()
    entry = make_entry(graph, precision="int8")
    manifest = make_bundle(tmp_path, {"dual": graph})
    write_files(manifest.model_copy(update={"graphs": {"dual": entry}}), tmp_path, {})
    assert "holds int8 weights, made for running" in fail(tmp_path)


def test_a_bundle_without_a_layout_is_refused(tmp_path):
    make_bundle(tmp_path / "bundle")
    assert "how its network is laid out" in fail(tmp_path / "bundle")


def test_a_bundle_gives_its_other_graph_where_it_lacks_the_one(small):
    dual = find_base(str(small.bundle), Encoding.DUAL)
    display = find_base(str(small.bundle), Encoding.DISPLAY)
    assert display.sha256 == dual.sha256


def test_a_bundle_holds_the_weights_of_its_checkpoint_exactly(small):
    base = find_base(str(small.bundle), Encoding.DUAL)
    network = load_network(small.run / "checkpoint.pt").module
    assert base.weights is not None
    assert len(base.weights) > 100
    theirs = network.state_dict()
    for name, values in base.weights.items():
        np.testing.assert_array_equal(values, theirs[name].numpy(), err_msg=name)


def test_a_graph_of_a_bundle_is_a_base_of_its_own(small):
    whole = find_base(str(small.bundle), Encoding.DUAL)
    graph = find_base(str(small.bundle / "dual.onnx"), Encoding.DISPLAY)
    assert graph.sha256 == whole.sha256
    assert graph.seen is whole.seen is Encoding.DUAL


def test_the_checkpoint_of_a_run_is_known_by_what_it_has_seen(small):
    base = find_base(str(small.run / "checkpoint.pt"), Encoding.DISPLAY)
    assert base.seen is Encoding.DUAL
    kept = make_network(base).model[0].conv.weight
    carried = make_network(base, encoding=Encoding.DISPLAY)
    carried = carried.model[0].conv.weight
    assert not torch.equal(kept[:, 0], kept[:, 1])
    for plane in range(3):
        torch.testing.assert_close(carried[:, plane], kept[:, 1] / 3)


def test_a_checkpoint_that_is_not_that_of_the_run_beside_it_has_seen_what_nobody_knows(
    small, tmp_path
):
    alone = shutil.copy(small.run / "checkpoint.pt", tmp_path / "alone.pt")
    assert find_base(alone, Encoding.DISPLAY).seen is None
    (tmp_path / "run.json").write_text('{"of": "another program"}')
    assert find_base(alone, Encoding.DISPLAY).seen is None
    shutil.copy(small.run / "run.json", tmp_path)
    assert find_base(alone, Encoding.DISPLAY).seen is Encoding.DUAL
    (tmp_path / "alone.pt").write_bytes(b"other weights")
    assert find_base(alone, Encoding.DISPLAY).seen is None


def test_a_file_that_is_no_graph_of_its_bundle_is_refused(small, tmp_path):
    assert "cannot be started from" in fail(small.bundle / "other.onnx")
    copied = Path(shutil.copytree(small.bundle, tmp_path / "bundle"))
    shutil.copy(copied / "dual.onnx", copied / "other.onnx")
    assert fail(copied / "other.onnx", BundleError)  # a bundle holds what it lists
    lone = shutil.copy(copied / "dual.onnx", tmp_path / "dual.onnx")
    assert fail(lone, BundleError)
