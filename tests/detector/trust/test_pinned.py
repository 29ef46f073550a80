"""Tests of what a station trusts, and of what it accepted before."""

import json
import shutil
from pathlib import Path

import pytest

from data.errors import TrustError
from detector.trust import find_trust, read_pinned
from tests.detector.graphs import make_graph, make_manifest


@pytest.fixture
def trust(keys, tmp_path):
    """A station's folder with two keys."""
    (tmp_path / "trust").mkdir()
    for place in keys.glob("*.pem"):
        shutil.copy(place, tmp_path / "trust")
    return tmp_path / "trust"


def manifest(counter, name="test"):
    return make_manifest({"dual": make_graph()}, counter=counter, name=name)


def refuse(act, *arguments):
    with pytest.raises(TrustError) as met:
        act(*arguments)
    assert "\n" not in str(met.value)
    return str(met.value)


def test_the_keys_of_a_folder_are_pinned_and_hidden_files_are_not(trust):
    shutil.copy(trust / "port.pem", trust / ".old.pem")
    (trust / "README.txt").write_text("whose keys these are")
    assert [key.stem for key in read_pinned(trust).keys] == ["other", "port"]


def test_a_folder_without_keys_or_with_a_wrong_one_is_one_line(trust, keys, tmp_path):
    (tmp_path / "empty").mkdir()
    assert "no folder" in refuse(read_pinned, tmp_path / "none")
    assert "has no key" in refuse(read_pinned, tmp_path / "empty")
    shutil.copy(keys / "port.key", trust / "mine.pem")
    assert "private key" in refuse(read_pinned, trust)
    (trust / "mine.pem").write_text("nonsense")
    assert "mine.pem is no public key" in refuse(read_pinned, trust)


def test_counters_are_kept_by_bundle_and_key_and_never_go_back(trust):
    pinned = read_pinned(trust)
    other, port = pinned.keys
    for counter in (2, 5, 4):
        pinned.accept(manifest(counter), port)
    pinned.accept(manifest(1, "second"), port)
    pinned.accept(manifest(3), other)
    kept = json.loads((trust / "accepted.json").read_text())["counters"]
    assert kept == {
        "test": {port.fingerprint: 5, other.fingerprint: 3},
        "second": {port.fingerprint: 1},
    }
    again = read_pinned(trust)
    again.check_counter(manifest(5))
    again.check_counter(manifest(1, "second"))
    again.check_counter(manifest(0, "third"))
    assert "5 was accepted" in refuse(again.check_counter, manifest(4))


def test_no_key_helps_an_older_bundle_in(trust):
    pinned = read_pinned(trust)
    pinned.accept(manifest(7), pinned.keys[0])
    refuse(pinned.check_counter, manifest(6))


def test_what_was_accepted_is_not_written_again(trust):
    pinned = read_pinned(trust)
    pinned.accept(manifest(2), pinned.keys[0])
    before = (trust / "accepted.json").stat().st_ino
    pinned.accept(manifest(2), pinned.keys[0])
    assert (trust / "accepted.json").stat().st_ino == before


@pytest.mark.parametrize(
    "content",
    [
        *("", "{", "[]", '{"format": 2}', '{"counters": {"test": {"x": 1}}}'),
        '{"counters": {"test": {"0123456789abcdef": -1}}}',
        '{"counters": {"test": {"0123456789abcdef": "1"}}}',
        '{"more": 1}',
    ],
)
def test_damage_is_an_error_and_never_a_new_start(trust, content):
    (trust / "accepted.json").write_text(content)
    pinned = read_pinned(trust)
    assert "damaged" in refuse(pinned.check_counter, manifest(1))
    assert "damaged" in refuse(pinned.accept, manifest(1), pinned.keys[0])
    assert (trust / "accepted.json").read_text() == content


def test_what_cannot_be_read_is_an_error(trust):
    (trust / "accepted.json").symlink_to(trust / "nowhere")
    assert "cannot be read" in refuse(read_pinned(trust).check_counter, manifest(1))


def test_what_cannot_be_written_is_refused(trust, monkeypatch):
    def fail(*_):
        raise PermissionError(13, "Permission denied")

    pinned = read_pinned(trust)
    monkeypatch.setattr("detector.trust.pinned.os.fsync", fail)
    assert "Permission denied" in refuse(pinned.accept, manifest(1), pinned.keys[0])
    assert sorted(path.name for path in trust.iterdir()) == ["other.pem", "port.pem"]


def test_the_folder_is_the_one_named_or_the_usual_one(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("CARGOSIGHT_TRUST", raising=False)
    assert find_trust() is None
    usual = tmp_path / ".config" / "cargosight" / "trust"
    usual.mkdir(parents=True)
    assert find_trust() == usual
    monkeypatch.setenv("CARGOSIGHT_TRUST", "named")
    assert find_trust() == Path("named")
    assert find_trust(Path("given")) == Path("given")
