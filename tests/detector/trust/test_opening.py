"""Tests of what may run: signed by a pinned key, in date, not older, and unchanged."""

import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from data.errors import BundleError
from detector.bundle import read_bundle, read_plain
from detector.manifest import MANIFEST, SIGNATURE
from detector.trust import Pinned, open_bundle, read_pinned
from detector.trust.keys import read_public_key
from detector.trust.opening import find_signer
from detector.trust.signing import sign_folder
from tests.detector.graphs import make_bundle, make_graph
from tests.detector.trust.signed import END, NOW, flip, make_signed, sign_payload


@pytest.fixture
def trust(keys, tmp_path):
    """A station's folder with the key of the port."""
    (tmp_path / "trust").mkdir()
    shutil.copy(keys / "port.pem", tmp_path / "trust")
    return tmp_path / "trust"


def refuse(path, pinned, **options):
    with pytest.raises(BundleError) as met:
        open_bundle(path, pinned=pinned, **({"now": NOW} | options))
    assert "\n" not in str(met.value)
    return str(met.value)


def refused(path, pinned):
    try:
        open_bundle(path, pinned=pinned, now=NOW)
    except BundleError:
        return True
    return False


def test_a_signed_bundle_opens_and_names_who_signed(signed, pinned):
    bundle = open_bundle(signed, pinned=pinned, now=NOW)
    assert bundle.signed_by == pinned.keys[0].name
    assert replace(bundle, signed_by=None) == read_bundle(signed, now=NOW)
    assert bundle.graph_for("dual")[1]() == (signed / "dual.onnx").read_bytes()
    assert find_signer(bundle, pinned) is pinned.keys[0]


@pytest.mark.parametrize("name", [MANIFEST, SIGNATURE])
def test_no_flip_of_a_bit_opens(signed, pinned, monkeypatch, name):
    # Disks are slow: the flips happen between the disk and whoever reads.
    content = (signed / name).read_bytes()
    given = [content]

    def read(root, wanted, limit):
        return given[0] if wanted == name else read_plain(root, wanted, limit)

    monkeypatch.setattr("detector.trust.opening.read_plain", read)
    monkeypatch.setattr("detector.bundle.read_plain", read)
    assert not refused(signed, pinned)
    passed = []
    for bit in range(8 * len(content)):
        given[0] = flip(content, bit)
        if not refused(signed, pinned):
            passed.append(bit)
    assert passed == []


@pytest.mark.parametrize("name", [MANIFEST, SIGNATURE, "dual.onnx"])
def test_random_flips_on_the_disk_do_not_open(signed, pinned, name):
    content = (signed / name).read_bytes()
    for bit in np.random.default_rng(0).integers(8 * len(content), size=100):
        (signed / name).write_bytes(flip(content, int(bit)))
        assert refused(signed, pinned), bit


def test_no_flip_of_the_graph_is_handed_to_the_network(signed, pinned):
    bundle = open_bundle(signed, pinned=pinned, now=NOW)
    _, read = bundle.graph_for("dual")
    content = (signed / "dual.onnx").read_bytes()
    bits = np.random.default_rng(1).integers(8 * len(content), size=10_000).tolist()
    passed = []
    with (signed / "dual.onnx").open("r+b", buffering=0) as stream:
        for bit in bits:
            place = bit // 8
            stream.seek(place)
            stream.write(bytes([content[place] ^ 1 << bit % 8]))
            try:
                read()
                passed.append(bit)
            except BundleError:
                pass
            stream.seek(place)
            stream.write(content[place : place + 1])
    assert passed == []
    assert read() == content


@pytest.mark.parametrize("name", [MANIFEST, SIGNATURE, "dual.onnx"])
def test_truncated_longer_empty_and_missing_files_do_not_open(signed, pinned, name):
    content = (signed / name).read_bytes()
    for changed in (content[:-1], content[: len(content) // 2], b"", content + b"\n"):
        (signed / name).write_bytes(changed)
        refuse(signed, pinned)
    (signed / name).unlink()
    refuse(signed, pinned)


@pytest.mark.parametrize("name", [MANIFEST, SIGNATURE, "dual.onnx"])
def test_links_and_folders_in_place_of_files_do_not_open(
    signed, pinned, tmp_path, name
):
    (signed / name).rename(tmp_path / "elsewhere")
    (signed / name).symlink_to(tmp_path / "elsewhere")
    refuse(signed, pinned)
    refuse(signed, pinned, allow_unsigned=True)
    (signed / name).unlink()
    (signed / name).mkdir()
    refuse(signed, pinned)


def test_two_files_that_changed_places_do_not_open(tmp_path, keys):
    root = tmp_path / "bundle"
    answer = np.array([[[1, 2, 3, 4, 0.5, 0]]], np.float32)
    other = make_graph(answer=answer, output_shape=["N", 1, 6])
    make_signed(
        root, keys / "port.key", graphs={"dual": make_graph(), "display": other}
    )
    pinned = Pinned((read_public_key(keys / "port.pem"),))
    open_bundle(root, pinned=pinned, now=NOW)
    (root / "dual.onnx").rename(tmp_path / "x")
    (root / "display.onnx").rename(root / "dual.onnx")
    (tmp_path / "x").rename(root / "display.onnx")
    assert "sha256 differs" in refuse(root, pinned)


@pytest.mark.parametrize(
    "name",
    [
        *("more.txt", ".gitignore", ".gitattributes", ".git/x", ".github/workflows/x"),
        *("more.onnx", ".hidden", "card.md", "deep/dual.onnx", "MODEL.SIG"),
    ],
)
def test_no_file_may_be_added(signed, pinned, name):
    place = signed / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"")
    assert "does not list" in refuse(signed, pinned)
    assert "does not list" in refuse(signed, pinned, allow_unsigned=True)


def test_a_signature_of_another_bundle_does_not_open(signed, pinned, keys, tmp_path):
    make_signed(tmp_path / "other", keys / "port.key", version="2")
    shutil.copy(tmp_path / "other" / SIGNATURE, signed)
    assert "not what was signed" in refuse(signed, pinned)


def test_a_manifest_that_lists_more_or_less_than_is_signed_does_not_open(
    signed, pinned, keys
):
    bundle = read_bundle(signed, now=NOW)
    for files in ({}, bundle.manifest.files | {"more.txt": "0" * 64}):
        resources = {MANIFEST: bundle.sha256} | files
        content = sign_payload(_state(resources), keys / "port.key")
        (signed / SIGNATURE).write_bytes(content)
        assert "not what was signed" in refuse(signed, pinned)


def _state(resources):
    digests = b"".join(bytes.fromhex(each) for each in resources.values())
    return json.dumps(
        {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [
                {
                    "name": "bundle",
                    "digest": {"sha256": hashlib.sha256(digests).hexdigest()},
                }
            ],
            "predicateType": "https://model_signing/signature/v1.0",
            "predicate": {
                "serialization": {
                    "method": "files",
                    "hash_type": "sha256",
                    "allow_symlinks": False,
                    "ignore_paths": [SIGNATURE],
                },
                "resources": [
                    {"name": name, "algorithm": "sha256", "digest": digest}
                    for name, digest in resources.items()
                ],
            },
        }
    ).encode()


def test_nothing_that_is_signed_is_parsed_before_the_signature(
    signed, pinned, monkeypatch
):
    def stop(*_, **__):
        pytest.fail("parsed before it was verified")

    (signed / MANIFEST).write_bytes(b"{}")
    monkeypatch.setattr("detector.trust.opening.read_bundle", stop)
    assert "not what was signed" in refuse(signed, pinned)


def test_a_manifest_that_changes_after_it_was_verified_does_not_open(
    signed, pinned, keys, tmp_path, monkeypatch
):
    make_signed(tmp_path / "other", keys / "port.key", version="2")

    def swap(path, *, now):
        shutil.copy(tmp_path / "other" / MANIFEST, path)
        return read_bundle(path, now=now)

    monkeypatch.setattr("detector.trust.opening.read_bundle", swap)
    assert "not what was signed" in refuse(signed, pinned)


def test_a_foreign_key_does_not_open_and_more_keys_may_be_pinned(signed, keys):
    other, port = (read_public_key(keys / f"{name}.pem") for name in ("other", "port"))
    assert "not trusted" in refuse(signed, Pinned((other,)))
    assert "not trusted" in refuse(signed, Pinned((other,)), allow_unsigned=True)
    assert "--trust" in refuse(signed, None)
    bundle = open_bundle(signed, pinned=Pinned((other, port)), now=NOW)
    assert bundle.signed_by == port.name


def test_an_expired_bundle_does_not_open(signed, pinned):
    open_bundle(signed, pinned=pinned, now=END)
    late = END + timedelta(seconds=1)
    assert "expired on 2027-01-01" in refuse(signed, pinned, now=late)


@pytest.mark.parametrize(
    "changes", [{"not_after": None}, {"status": "draft"}, {"status": "calibrated"}]
)
def test_what_was_not_sealed_for_service_does_not_open(tmp_path, keys, changes):
    key = make_signed(tmp_path / "b", keys / "port.key", **changes)
    assert "not sealed for service" in refuse(tmp_path / "b", Pinned((key,)))


def test_an_unsigned_bundle_opens_only_if_it_is_allowed(tmp_path, pinned):
    make_bundle(tmp_path / "b")
    for keys in (None, pinned):
        assert "--allow-unsigned" in refuse(tmp_path / "b", keys)
        bundle = open_bundle(tmp_path / "b", pinned=keys, allow_unsigned=True)
        assert bundle == read_bundle(tmp_path / "b")
        assert bundle.signed_by is None


def test_a_bundle_whose_signature_was_taken_away_is_unsigned(signed, pinned):
    (signed / SIGNATURE).unlink()
    assert "not signed" in refuse(signed, pinned)
    bundle = open_bundle(signed, pinned=pinned, allow_unsigned=True, now=NOW)
    assert bundle.signed_by is None


def test_a_wrong_signature_does_not_open_even_if_unsigned_is_allowed(signed, pinned):
    (signed / SIGNATURE).write_bytes(b"")
    assert "not in the form" in refuse(signed, pinned, allow_unsigned=True)
    assert "--trust" in refuse(signed, None, allow_unsigned=True)
    (signed / SIGNATURE).unlink()
    (signed / SIGNATURE).symlink_to("nowhere")
    assert "no plain file" in refuse(signed, pinned, allow_unsigned=True)


def test_what_is_no_folder_is_no_bundle(tmp_path, pinned):
    assert "no folder" in refuse(tmp_path / "none", pinned)
    assert "no folder" in refuse(tmp_path / "none", pinned, allow_unsigned=True)


def test_an_older_bundle_does_not_open_once_a_newer_one_did(tmp_path, keys, trust):
    for counter in (1, 2):
        make_signed(tmp_path / str(counter), keys / "port.key", counter=counter)
    open_bundle(tmp_path / "1", pinned=read_pinned(trust), now=NOW)
    open_bundle(tmp_path / "2", pinned=read_pinned(trust), now=NOW, remember=False)
    open_bundle(tmp_path / "1", pinned=read_pinned(trust), now=NOW)
    open_bundle(tmp_path / "2", pinned=read_pinned(trust), now=NOW)
    assert "older" in refuse(tmp_path / "1", read_pinned(trust))
    open_bundle(tmp_path / "2", pinned=read_pinned(trust), now=NOW)


def test_a_bundle_that_is_refused_does_not_raise_the_counter(tmp_path, keys, trust):
    root = tmp_path / "b"
    make_signed(root, keys / "port.key", counter=9)
    (root / "dual.onnx").write_bytes(b"")
    refuse(root, read_pinned(trust))
    assert [path.name for path in trust.iterdir()] == ["port.pem"]


def test_signing_again_replaces_the_signature(signed, keys, pinned):
    before = (signed / SIGNATURE).read_bytes()
    sign_folder(signed, keys / "port.key")
    assert (signed / SIGNATURE).read_bytes() != before
    open_bundle(signed, pinned=pinned, now=NOW)


def test_a_station_needs_neither_the_signing_package_nor_a_network(signed, keys):
    code = (
        "import socket, sys\n"
        "from pathlib import Path\n"
        "for name in 'model_signing sigstore tuf OpenSSL onnx torch'.split():\n"
        "    sys.modules[name] = None\n"
        "socket.socket = None\n"
        "from datetime import UTC, datetime\n"
        "from detector.trust import Pinned, open_bundle\n"
        "from detector.trust.keys import read_public_key\n"
        "root, key, now = sys.argv[1:]\n"
        "pinned = Pinned((read_public_key(Path(key)),))\n"
        "now = datetime.fromisoformat(now)\n"
        "print(open_bundle(Path(root), pinned=pinned, now=now).signed_by)\n"
    )
    words = [signed, keys / "port.pem", NOW.isoformat()]
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", code, *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("port ")
