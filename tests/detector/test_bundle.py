"""Tests of reading bundles: whole, right ones only."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from pydantic import ValidationError

from data.errors import BundleError
from detector import bundle as bundle_module
from detector.bundle import default_bundle_path, read_bundle, write_files
from detector.graph_file import check_graph
from detector.manifest import MANIFEST, Manifest
from tests.detector.graphs import make_bundle, make_entry, make_graph, make_manifest

BOTH = {"dual": make_graph(), "display": make_graph(answer=np.zeros((1, 2, 6), "f4"))}


def write_texts(manifest, root, card=b"# Card"):
    """Add the files for people."""
    return write_files(manifest, root, {"card.md": card, "parity.json": b"{}"})


def test_what_was_written_is_what_is_read(tmp_path):
    manifest = write_texts(make_bundle(tmp_path, BOTH), tmp_path)
    bundle = read_bundle(tmp_path)
    assert bundle.manifest == manifest
    text = (tmp_path / MANIFEST).read_bytes()
    assert bundle.sha256 == hashlib.sha256(text).hexdigest()


@pytest.mark.parametrize(
    ("kind", "graph"), [("dual", "dual"), ("single", "dual"), ("display", "display")]
)
def test_each_kind_of_scan_has_its_graph(tmp_path, kind, graph):
    make_bundle(tmp_path, BOTH)
    entry, read = read_bundle(tmp_path).graph_for(kind)
    assert entry.file == f"{graph}.onnx"
    assert read() == BOTH[graph]


def test_a_kind_of_scan_without_a_graph_is_refused(tmp_path):
    make_bundle(tmp_path, {"dual": BOTH["dual"]})
    with pytest.raises(BundleError, match="no graph for display scans, only for: dual"):
        read_bundle(tmp_path).graph_for("display")


@pytest.mark.parametrize(
    "name", ["extra.onnx", ".hidden", "notes.txt", "card.md.bak", "parity.json"]
)
def test_a_file_that_the_manifest_does_not_list_is_refused(tmp_path, name):
    make_bundle(tmp_path)
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(BundleError, match="does not list"):
        read_bundle(tmp_path)


def test_a_bundle_of_before_there_were_curves_is_read_as_it_is(tmp_path):
    make_bundle(tmp_path)
    path = tmp_path / MANIFEST
    old = json.loads(path.read_text(encoding="utf-8"))
    assert old["graphs"]["dual"].pop("curve") == []
    path.write_text(json.dumps(old), encoding="utf-8")
    bundle = read_bundle(tmp_path)
    assert bundle.manifest.graphs["dual"].curve == ()
    assert bundle.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_folder_inside_is_refused(tmp_path):
    make_bundle(tmp_path)
    (tmp_path / ".git").mkdir()
    with pytest.raises(BundleError, match=r"'\.git'"):
        read_bundle(tmp_path)


@pytest.mark.parametrize("name", ["dual.onnx", MANIFEST, "card.md", "parity.json"])
def test_a_missing_file_is_refused(tmp_path, name):
    write_texts(make_bundle(tmp_path), tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(BundleError, match=f"no plain file {name}"):
        read_bundle(tmp_path)


@pytest.mark.parametrize("name", ["dual.onnx", "card.md"])
def test_a_link_in_place_of_a_file_is_refused(tmp_path, name):
    manifest = make_bundle(tmp_path / "bundle")
    write_texts(manifest, tmp_path / "bundle", card=make_graph())
    (tmp_path / "elsewhere").write_bytes(make_graph())
    place = tmp_path / "bundle" / name
    place.unlink()
    place.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BundleError, match="no plain file"):
        read_bundle(tmp_path / "bundle")


def test_no_flipped_bit_of_a_graph_gets_through(tmp_path):
    make_bundle(tmp_path)
    graph = make_graph()
    for place in range(len(graph)):
        flipped = bytearray(graph)
        flipped[place] ^= 1 << place % 8
        (tmp_path / "dual.onnx").write_bytes(flipped)
        with pytest.raises(BundleError, match="sha256 differs"):
            read_bundle(tmp_path)


def test_a_text_that_changed_is_refused(tmp_path):
    write_texts(make_bundle(tmp_path), tmp_path)
    (tmp_path / "card.md").write_bytes(b"# Cart")
    with pytest.raises(BundleError, match=r"card\.md is not the file"):
        read_bundle(tmp_path)


def test_two_graphs_that_were_swapped_are_refused(tmp_path):
    make_bundle(tmp_path, BOTH)
    (tmp_path / "dual.onnx").write_bytes(BOTH["display"])
    (tmp_path / "display.onnx").write_bytes(BOTH["dual"])
    with pytest.raises(BundleError, match="sha256 differs"):
        read_bundle(tmp_path)


def test_a_graph_that_changes_after_the_bundle_was_read_is_not_handed_out(tmp_path):
    make_bundle(tmp_path)
    _, read = read_bundle(tmp_path).graph_for("dual")
    (tmp_path / "dual.onnx").write_bytes(BOTH["display"])
    with pytest.raises(BundleError, match="sha256 differs"):
        read()


@pytest.mark.parametrize(
    ("limit", "name"), [("MAX_GRAPH_BYTES", "dual.onnx"), ("MAX_TEXT_BYTES", "card.md")]
)
def test_a_file_over_the_limit_is_refused(tmp_path, monkeypatch, limit, name):
    write_texts(make_bundle(tmp_path), tmp_path, card=b"x" * 9000)
    monkeypatch.setattr(bundle_module, limit, 100)
    if limit == "MAX_TEXT_BYTES":
        monkeypatch.setattr(bundle_module, limit, 8000)
    with pytest.raises(BundleError, match=rf"{name} is larger than"):
        read_bundle(tmp_path)


def test_a_bundle_is_accepted_until_its_last_day_and_not_after(tmp_path):
    end = datetime(2026, 6, 1, tzinfo=UTC)
    make_bundle(tmp_path, not_after=end)
    assert read_bundle(tmp_path, now=end).manifest.not_after == end
    with pytest.raises(BundleError, match="expired on 2026-06-01"):
        read_bundle(tmp_path, now=end + timedelta(seconds=1))


def test_the_clock_of_the_machine_counts_when_no_time_is_given(tmp_path):
    make_bundle(tmp_path, not_after=datetime(2020, 1, 1, tzinfo=UTC))
    with pytest.raises(BundleError, match="expired"):
        read_bundle(tmp_path)


def test_a_path_that_is_no_folder_is_refused(tmp_path):
    with pytest.raises(BundleError, match="is not a bundle"):
        read_bundle(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"format": 1}, "format"),
        ({"labels": []}, "labels"),
        ({"labels": ["firearm", "firearm"]}, "two labels"),
        ({"graphs": {}}, "graphs"),
        ({"files": {}}, "files does not list"),
        ({"files": {"../a.md": "0" * 64}}, "files"),
        ({"files": {"manifest.json": "0" * 64}}, "files"),
        ({"created": "2026-01-02T00:00:00"}, "created"),
        ({"counter": -1}, "counter"),
        ({"counter": "1"}, "counter"),
        ({"status": "perfect"}, "status"),
        ({"remark": "x"}, "remark"),
    ],
)
def test_a_wrong_manifest_is_refused_and_the_field_named(tmp_path, change, says):
    make_bundle(tmp_path)
    place = tmp_path / MANIFEST
    place.write_text(json.dumps(json.loads(place.read_text()) | change))
    with pytest.raises(BundleError, match=says) as caught:
        read_bundle(tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", [b"", b"[]", b"\xff\xfe", b'{"format": 1'])
def test_a_manifest_that_is_no_json_object_is_refused(tmp_path, text):
    make_bundle(tmp_path)
    (tmp_path / MANIFEST).write_bytes(text)
    with pytest.raises(BundleError, match="is not a manifest"):
        read_bundle(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {"file": "../dual.onnx"},
        {"file": "/dual.onnx"},
        {"file": "dual.pt"},
        {"file": "a\\b.onnx"},
        {"file": "dual.onnx\n"},
        {"sha256": "0" * 63},
        {"tile_overlap": 32},
        {"operating_points": ()},
        {"metrics": {"ap50": float("nan")}},
    ],
)
def test_an_entry_that_cannot_be_right_is_refused(change):
    with pytest.raises(ValidationError):
        make_entry(b"", **change)


def test_two_graphs_cannot_share_a_file():
    both = {kind: make_entry(b"", "dual.onnx") for kind in ("dual", "display")}
    manifest = make_manifest({"dual": b""})
    with pytest.raises(ValidationError, match="one file"):
        Manifest(**(dict(manifest) | {"graphs": both}))


def test_a_manifest_is_written_the_same_each_time(tmp_path):
    manifest = make_manifest(BOTH)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_files(manifest, tmp_path / name, {})
    assert (tmp_path / "a" / MANIFEST).read_bytes() == (
        tmp_path / "b" / MANIFEST
    ).read_bytes()


def test_the_default_bundle_is_where_the_package_is(tmp_path, monkeypatch):
    monkeypatch.setattr(bundle_module, "files", lambda _: tmp_path)
    with pytest.raises(BundleError, match=r"no default bundle in .* --bundle"):
        default_bundle_path()
    make_bundle(tmp_path / "default_bundle")
    assert read_bundle(default_bundle_path()).manifest.name == "test"


@pytest.mark.parametrize("location", ["weights.bin", "/etc/hostname", "../../x"])
def test_a_graph_with_data_in_another_file_is_refused(tmp_path, location):
    # Given such bytes, onnxruntime reads the file from the working folder.
    make_bundle(tmp_path, {"dual": make_graph(external=location)})
    with pytest.raises(BundleError, match="outside of its file"):
        read_bundle(tmp_path)


@pytest.mark.parametrize(
    "junk",
    [
        b"\x3a\xff",  # longer than the file
        b"\x3a",  # ends before its length
        b"\x80" * 12,  # a number without an end
        b"\x3b",  # a group, which onnx.proto does not have
        b"\xf2\x80\x80\x80\x10\x00",  # a field number that only fits when cut off
    ],
)
def test_what_is_no_protocol_buffer_is_refused(junk):
    with pytest.raises(BundleError, match="not an ONNX file"):
        check_graph(junk, "a.onnx")
