"""Which scans a network has learned from."""

import pytest

from data.errors import TrainingError
from detector.seen import SEEN, is_whole, read_seen, shorten, to_text


def test_what_is_written_is_read_again(tmp_path):
    names = frozenset({shorten("ab" * 32), shorten("0f" * 32)})
    (tmp_path / SEEN).write_text(to_text(names))
    assert read_seen(tmp_path) == names


def test_a_folder_without_the_file_says_nothing(tmp_path):
    assert read_seen(tmp_path) is None
    assert not is_whole(tmp_path)


@pytest.mark.parametrize("whole", [True, False])
def test_a_list_says_whether_it_is_whole(tmp_path, whole):
    (tmp_path / SEEN).write_text(to_text(["0" * 16], whole=whole))
    assert is_whole(tmp_path) is whole
    assert read_seen(tmp_path) == frozenset({"0" * 16})


@pytest.mark.parametrize("text", ["hello\n", "0" * 15 + "\n", "A" * 16 + "\n", "é"])
def test_a_damaged_file_is_refused(tmp_path, text):
    (tmp_path / SEEN).write_text(text, "utf-8")
    with pytest.raises(TrainingError, match=r"Get the folder again"):
        read_seen(tmp_path)
