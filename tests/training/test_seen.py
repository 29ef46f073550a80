"""A network must not be held to scans that it has learned from."""

import shutil

import pytest

from data.dataset import Dataset, Sample
from data.errors import TrainingError
from detector.seen import SEEN, is_whole, read_seen, shorten, to_text
from training.seen import Seen, gather_seen, keep_seen


def sample(folder, name, split, content=None):
    scan = folder / f"{name}.png"
    scan.write_text(content or name)
    return Sample(name, scan, scan, split)


@pytest.fixture
def parts(tmp_path):
    return [
        sample(tmp_path, "a", "train"),
        sample(tmp_path, "b", "validation"),
        sample(tmp_path, "c", "held-out"),
    ]


def gather(folder, samples, base="yolo26n.yaml"):
    return gather_seen([Dataset(folder, tuple(samples), synthetic=False)], str(base))


def test_what_is_learned_from_and_chosen_by_is_seen(tmp_path, parts):
    a, b, _ = parts
    seen = gather(tmp_path, parts)
    assert seen.names == {shorten(a.sha256), shorten(b.sha256)}
    assert seen.whole


def test_a_base_that_does_not_say_what_it_has_seen_is_warned_of(
    tmp_path, parts, caplog
):
    (tmp_path / "old").mkdir()
    assert not gather(tmp_path, parts, tmp_path / "old").whole
    assert "does not say which scans it has learned from" in caplog.text


def test_a_held_out_scan_that_the_base_has_seen_is_refused(tmp_path, parts):
    base = tmp_path / "bundle"
    base.mkdir()
    (base / SEEN).write_text(to_text([shorten(parts[2].sha256)]))
    with pytest.raises(TrainingError, match=r"scan c is held out, but .*bundle has"):
        gather(tmp_path, parts, base)


def test_a_checkpoint_is_known_by_the_file_beside_it(tmp_path, parts):
    run = tmp_path / "run"
    run.mkdir()
    (run / "checkpoint.pt").touch()
    (run / SEEN).write_text(to_text([shorten(parts[2].sha256)]))
    with pytest.raises(TrainingError, match="has learned from it"):
        gather(tmp_path, parts, run / "checkpoint.pt")


def test_what_the_base_has_seen_stays_seen(tmp_path, parts):
    base = tmp_path / "bundle"
    base.mkdir()
    (base / SEEN).write_text(to_text(["0" * 16]))
    assert "0" * 16 in gather(tmp_path, parts, base).names
    shutil.rmtree(base)


def test_one_scan_in_two_parts_is_refused(tmp_path, parts):
    again = sample(tmp_path, "again", "held-out", content="a")
    with pytest.raises(TrainingError, match="scan again is held out, but it is in"):
        gather(tmp_path, [*parts, again])


def test_what_was_known_when_a_training_began_stays_known(tmp_path):
    first, other = (frozenset({digit * 16}) for digit in "ab")
    keep_seen(Seen(first, whole=True), tmp_path)
    assert (read_seen(tmp_path), is_whole(tmp_path)) == (first, True)
    keep_seen(Seen(other, whole=False), tmp_path)
    assert (read_seen(tmp_path), is_whole(tmp_path)) == (first | other, True)


def test_what_nobody_knew_is_not_known_later(tmp_path):
    keep_seen(Seen(frozenset(), whole=False), tmp_path)
    keep_seen(Seen(frozenset(), whole=True), tmp_path)
    assert not is_whole(tmp_path)
