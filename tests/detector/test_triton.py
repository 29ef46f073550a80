"""Tests of the Triton repository, read with the schema that Triton publishes."""

import importlib.util
import json
from functools import cache
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
from google.protobuf import text_format  # type: ignore[import-untyped]

from data.errors import BundleError
from detector import triton
from detector.bundle import read_bundle, write_files
from detector.operating_point import OperatingPoint
from detector.ports import Port
from detector.runtime import OnnxRuntime
from detector.scale import Scale
from detector.triton import write_repository
from tests.detector.graphs import (
    SIDE,
    make_bundle,
    make_entry,
    make_graph,
    make_manifest,
)

POINTS = (
    OperatingPoint(name='"quiet"\\ \n', threshold=0.5),
    OperatingPoint(name="normal", threshold=0.25),
)


@cache
def load_schema():
    """The module that protoc made of model_config.proto, without the client's gRPC."""
    package = importlib.util.find_spec("tritonclient")
    assert package is not None
    assert package.submodule_search_locations
    place = Path(package.submodule_search_locations[0]) / "grpc" / "model_config_pb2.py"
    spec = importlib.util.spec_from_file_location("model_config_pb2", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def parse(text):
    """A configuration by the published schema: unknown fields are errors."""
    return text_format.Parse(text, load_schema().ModelConfig())


@pytest.fixture
def bundle(tmp_path):
    """A bundle with both graphs, of another number of answers each."""
    graphs = {
        "dual": make_graph(),
        "display": make_graph(
            answer=np.ones((1, 3, 6), np.float32), output_shape=["N", "K", 6]
        ),
    }
    entries = {
        "dual": make_entry(graphs["dual"], operating_points=POINTS),
        "display": make_entry(
            graphs["display"], "display.onnx", scale=Scale(pitch_mm=2.5)
        ),
    }
    manifest = make_manifest(graphs, name="Pört 1.0+")
    manifest = manifest.model_copy(update={"graphs": entries})
    contents = {f"{kind}.onnx": graph for kind, graph in graphs.items()}
    write_files(manifest, tmp_path / "bundle", contents)
    return read_bundle(tmp_path / "bundle")


def read_config(root, model):
    return parse((root / model / "config.pbtxt").read_text(encoding="utf-8"))


def test_every_graph_becomes_a_model_of_its_own(bundle, tmp_path):
    models = write_repository(bundle, tmp_path / "models")
    assert models == ("P_rt_1_0_dual", "P_rt_1_0_display")
    written = {
        str(path.relative_to(tmp_path / "models"))
        for path in (tmp_path / "models").rglob("*")
        if path.is_file()
    }
    parts = ("config.pbtxt", "1/model.onnx")
    assert written == {"README.md"} | {f"{m}/{part}" for m in models for part in parts}
    for model, kind in zip(models, ("dual", "display"), strict=True):
        graph = (tmp_path / "models" / model / "1" / "model.onnx").read_bytes()
        assert graph == bundle.graph_for(kind)[1]()
        assert quote(model) == model


@pytest.mark.parametrize(("kind", "answers"), [("dual", [2, 6]), ("display", [3, 6])])
def test_the_configuration_fits_the_schema_and_the_graph(
    bundle, tmp_path, kind, answers
):
    model = f"P_rt_1_0_{kind}"
    write_repository(bundle, tmp_path / "models")
    config = read_config(tmp_path / "models", model)
    schema = load_schema()
    assert config.name == model
    assert config.backend == "onnxruntime"
    assert config.max_batch_size > 0
    (takes,), (gives,) = config.input, config.output
    # With a batch, Triton puts -1 before the dimensions and holds them against the
    # graph's: https://github.com/triton-inference-server/onnxruntime_backend
    graph = OnnxRuntime(bundle.graph_for(kind)[1](), threads=1)
    for port, node in ((takes, graph.takes), (gives, graph.gives)):
        assert port.name == node.name
        assert node.shape[0] is None
        for stated, met in zip([-1, *port.dims], node.shape, strict=True):
            assert met is None or stated == met
    assert takes.data_type == schema.TYPE_UINT8
    assert gives.data_type == schema.TYPE_FP32
    assert list(takes.dims) == [3, SIDE, SIDE]
    assert list(gives.dims) == answers


def test_the_configuration_says_how_the_model_is_served(bundle, tmp_path):
    write_repository(bundle, tmp_path / "models")
    config = read_config(tmp_path / "models", "P_rt_1_0_dual")
    (group,) = config.instance_group
    assert (group.count, group.kind) == (1, load_schema().ModelInstanceGroup.KIND_AUTO)
    assert list(config.version_policy.specific.versions) == [1]
    assert config.HasField("dynamic_batching")
    assert config.dynamic_batching.max_queue_delay_microseconds == 2000
    (cuda,) = config.optimization.execution_accelerators.gpu_execution_accelerator
    assert (cuda.name, dict(cuda.parameters)) == ("cuda", {"use_tf32": "0"})


def test_the_parameters_trace_a_model_back_to_its_bundle(bundle, tmp_path):
    write_repository(bundle, tmp_path / "models")
    config = read_config(tmp_path / "models", "P_rt_1_0_dual")
    known = {key: value.string_value for key, value in config.parameters.items()}
    points = json.loads(known.pop("cargosight.operating_points"))
    assert [OperatingPoint.model_validate(point) for point in points] == list(POINTS)
    assert known == {
        "cargosight.bundle": "Pört 1.0+",
        "cargosight.version": "1",
        "cargosight.status": "draft",
        "cargosight.bundle_sha256": bundle.sha256,
        "cargosight.graph_sha256": bundle.manifest.graphs["dual"].sha256,
        "cargosight.signed_by": "",
        "cargosight.encoding": "dual",
        "cargosight.labels": '["firearm"]',
        "cargosight.pitch_mm": "4",
        "cargosight.longest_side_px": "512",
        "cargosight.tile_side": "32",
        "cargosight.tile_overlap": "8",
    }


@pytest.mark.parametrize("name", ['a"b', "a\\", "\n\t\x00\x7f", "ü€", "\\042", "'"])
def test_any_text_is_read_back_as_it_was(name):
    port = Port(name, (None, 3))
    config = parse(triton._configure(name, port, port))  # noqa: SLF001 - no name has it
    assert (config.name, config.input[0].name) == (name, name)


def test_a_dimension_that_is_not_fixed_takes_any_number():
    ports = (Port("a", (None, 3)), Port("b", (None, None, 6)))
    config = parse(triton._configure("m", *ports))  # noqa: SLF001 - no graph here has it
    assert list(config.output[0].dims) == [-1, 6]


def test_a_graph_that_takes_any_shape_is_served_with_squares(tmp_path):
    graph = make_graph(input_shape=["N", 3, "H", "W"])
    entry = make_entry(graph, tile_side=160)
    manifest = make_manifest({"dual": graph})
    manifest = manifest.model_copy(update={"graphs": {"dual": entry}})
    write_files(manifest, tmp_path / "bundle", {"dual.onnx": graph})
    write_repository(read_bundle(tmp_path / "bundle"), tmp_path / "models")
    config = read_config(tmp_path / "models", "test_dual")
    assert list(config.input[0].dims) == [3, 160, 160]


@pytest.mark.parametrize("name", ["...", " ", "+", "_"])
def test_a_name_without_letters_still_gives_a_plain_folder(tmp_path, name):
    make_bundle(tmp_path / "bundle", name=name)
    models = write_repository(read_bundle(tmp_path / "bundle"), tmp_path / "models")
    assert models == ("bundle_dual",)


def test_the_readme_names_the_models_and_the_functions_a_client_needs(bundle, tmp_path):
    write_repository(bundle, tmp_path / "models")
    text = (tmp_path / "models" / "README.md").read_text(encoding="utf-8")
    for word in ("`P_rt_1_0_dual`, `P_rt_1_0_display`", "encode_scan", "merge_tiles"):
        assert word in text


def test_what_is_there_is_never_written_to(bundle, tmp_path):
    (tmp_path / "models").mkdir()
    with pytest.raises(BundleError, match="is there already"):
        write_repository(bundle, tmp_path / "models")
    assert not list((tmp_path / "models").iterdir())


def test_a_repository_is_written_whole_or_not_at_all(bundle, tmp_path):
    before = sorted(tmp_path.iterdir())
    graph = bundle.root / "display.onnx"
    graph.write_bytes(graph.read_bytes() + b"changed")
    with pytest.raises(BundleError, match="its sha256 differs"):
        write_repository(bundle, tmp_path / "models")
    assert sorted(tmp_path.iterdir()) == before
