"""Which scans a network has learned from."""

import pytest

from data.errors import TrainingError
from detector.seen import SEEN, read_seen, shorten, to_text


def test_what_is_written_is_read_again(tmp_path):
    names = frozenset({shorten("ab" * 32), shorten("0f" * 32)})
    (tmp_path / SEEN).write_text(to_text(names))
    assert read_seen(tmp_path) == names


def test_a_folder_without_the_file_says_nothing(tmp_path):
    assert read_seen(tmp_path) is None


@pytest.mark.parametrize("text", ["hello\n", "0" * 15 + "\n", "A" * 16 + "\n", "é"])
def test_a_damaged_file_is_refused(tmp_path, text):
    (tmp_path / SEEN).write_text(text, "utf-8")
    with pytest.raises(TrainingError, match=r"Get the folder again"):
        read_seen(tmp_path)
