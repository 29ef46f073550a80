"""Tests of columns on disk: whatever is cut off, what was whole is there."""

import errno
import os
import shutil
import zlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import StreamError
from station.spool import (
    ColumnReader,
    ColumnWriter,
    DataFolder,
    begin_scan,
    resume_scan,
)
from station.spool.assembling import assemble, read_columns
from station.spool.reader import COLUMNS, scan_heads
from station.spool.records import HEAD, Head, pack_record
from tests.station.spool.columns import (
    BEGAN,
    KINDS,
    STEPS,
    check_same,
    make_begin,
    make_piece,
    place_pieces,
    read_ended,
)


@pytest.fixture
def data(tmp_path):
    return DataFolder(tmp_path)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A folder for examples, each with a name of its own."""
    return tmp_path_factory.mktemp("examples")


def open_scan(root, kind="dual"):
    return begin_scan(DataFolder(root), make_begin(kind))


def pack_all(placed):
    """Records of pieces; each states its levels, so each can be read by itself."""
    return [
        pack_record(piece, number, at, levels=True)
        for number, (at, piece) in enumerate(placed)
    ]


def write_all(writer, records):
    for record in records:
        writer.add(record)


def check_columns(found, placed):
    assert [one.at for one in found] == [at for at, _ in placed]
    for one, (_, piece) in zip(found, placed, strict=True):
        check_same(one.piece, piece)
        if piece.air is not None:
            np.testing.assert_array_equal(one.piece.air, piece.air)
            np.testing.assert_array_equal(one.piece.dark, piece.dark)


@settings(max_examples=25)
@given(KINDS, STEPS)
def test_what_was_written_is_read(root, kind, steps):
    placed = place_pieces(kind, steps)
    writer = open_scan(root, kind)
    write_all(writer, pack_all(placed))
    assert writer.sync() == writer.next_sequence == len(placed)
    writer.close()
    check_columns(read_columns(writer.folder), placed)


def test_levels_hold_until_others_are_stated(data):
    writer = begin_scan(data, make_begin())
    first, second, third = (make_piece("dual", 2, n, air=50_000 + n) for n in range(3))
    writer.add(pack_record(first, 0, 0, levels=True))
    writer.add(pack_record(second, 1, 2, levels=False))
    writer.add(pack_record(third, 2, 4, levels=True))
    writer.close()
    levels = [one.piece.air for one in read_columns(writer.folder)]
    found = [None if one is None else one[0, 0] for one in levels]
    assert found == [first.air[0, 0], first.air[0, 0], third.air[0, 0]]


def make_file(root, kind):
    """A scan of four records; its folder, its pieces, and where each record ends."""
    placed = place_pieces(kind, [(0, 2), (3, 1), (-2, 3), (6, 2)])
    records = pack_all(placed)
    writer = open_scan(root, kind)
    write_all(writer, records)
    writer.close()
    return writer.folder, placed, np.cumsum([len(record) for record in records])


def damage(folder, placed, content, whole):
    """Read what is whole of a damaged file."""
    (folder / COLUMNS).write_bytes(content)
    check_columns(read_columns(folder), placed[:whole])


def go_on(folder, placed, whole):
    """Write what is missing, and have all of it."""
    writer = resume_scan(folder)
    assert writer.next_sequence == writer.durable == whole
    write_all(writer, pack_all(placed)[whole:])
    writer.close()
    check_columns(read_columns(folder), placed)


@pytest.mark.parametrize("kind", ["dual", "display"])
def test_a_file_that_ends_at_any_byte_is_gone_on_with_from_its_last_whole_record(
    tmp_path, kind
):
    folder, placed, ends = make_file(tmp_path, kind)
    content = (folder / COLUMNS).read_bytes()
    for length in range(len(content)):
        whole = int((ends <= length).sum())
        damage(folder, placed, content[:length], whole)
        if length % 17 == 0:
            go_on(folder, placed, whole)


def test_a_file_whose_last_record_has_any_wrong_byte_is_gone_on_with_before_it(
    tmp_path,
):
    folder, placed, ends = make_file(tmp_path, "dual")
    content = (folder / COLUMNS).read_bytes()
    for place in range(ends[-2], len(content)):
        wrong = bytearray(content)
        wrong[place] ^= 1 << place % 8
        damage(folder, placed, bytes(wrong), 3)
        if place % 17 == 0:
            go_on(folder, placed, 3)


def test_a_reader_of_a_damaged_file_is_stuck_and_not_before(tmp_path):
    folder, _, ends = make_file(tmp_path, "single")
    with (folder / COLUMNS).open("r+b") as file:
        file.seek(ends[1] + HEAD.size)
        file.write(b"\xff\xfe")
    reader = ColumnReader(folder)
    before = reader.stuck
    assert not before
    assert len(reader.read()) == 2
    assert reader.stuck
    assert reader.waiting_bytes == ends[-1] - ends[1]


def test_a_reader_that_has_read_all_is_not_stuck(tmp_path):
    folder, _, _ = make_file(tmp_path, "single")
    reader = ColumnReader(folder)
    reader.read(-1)
    assert not reader.stuck


REFUSED = {
    "a record too many": (lambda r: r[2], "was due"),
    "a damaged head": (lambda r: b"X" + r[1][1:], "head is damaged"),
    "damaged columns": (lambda r: r[1][:-1] + bytes([r[1][-1] ^ 1]), "damaged on"),
    "too few columns": (lambda r: r[1][:-2], "bytes"),
    "too many columns": (lambda r: r[1] + b"00", "bytes"),
    "half a head": (lambda r: r[1][:20], "head of 32 bytes"),
    "nothing": (lambda _: b"", "head of 32 bytes"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_continue_a_scan_is_refused_and_nothing_of_it_kept(data, name):
    make, message = REFUSED[name]
    placed = place_pieces("dual", [(0, 2)] * 3)
    records = pack_all(placed)
    writer = begin_scan(data, make_begin())
    writer.add(records[0])
    before = (writer.folder / COLUMNS).read_bytes()
    with pytest.raises(StreamError, match=message):
        writer.add(make(records))
    assert (writer.folder / COLUMNS).read_bytes() == before
    write_all(writer, records[1:])
    writer.close()
    check_columns(read_columns(writer.folder), placed)


@pytest.mark.parametrize(("kind", "other"), [("dual", "single"), ("single", "display")])
def test_columns_of_another_kind_are_refused(data, kind, other):
    writer = begin_scan(data, make_begin(kind))
    with pytest.raises(StreamError, match="Begin another"):
        writer.add(pack_record(make_piece(other, 2), 0, 0, levels=False))
    writer.close()
    assert read_columns(writer.folder) == []


def test_a_first_record_without_levels_is_refused(data):
    writer = begin_scan(data, make_begin())
    with pytest.raises(StreamError, match="must state air and dark"):
        writer.add(pack_record(make_piece("dual", 2), 0, 0, levels=False))
    writer.close()


def reseal(record, **changes):
    """A record with another body or other flags, and sums that fit."""
    body = changes.pop("body", record[HEAD.size :])
    head = replace(
        Head.unpack(record), length=len(body), crc=zlib.crc32(body), **changes
    )
    return head.pack() + body


@pytest.mark.parametrize("level", [np.nan, np.inf, 200.0, -5.0])
def test_levels_that_no_scan_can_have_are_refused(data, level):
    """Whoever reads them could not go on, now or after any start."""
    record = pack_record(make_piece("dual", 2), 0, 0, levels=True)
    body = np.float32(level).astype("<f4").tobytes() + record[HEAD.size + 4 :]
    writer = begin_scan(data, make_begin())
    with pytest.raises(StreamError, match="Air must be"):
        writer.add(reseal(record, body=body))
    writer.close()
    assert read_columns(writer.folder) == []


def test_a_picture_with_levels_and_unknown_flags_are_refused(data):
    for kind, flags in (("display", 1), ("display", 2), ("single", 3)):
        writer = begin_scan(data, make_begin(kind))
        record = pack_record(make_piece(kind, 2), 0, 0, levels=True)
        with pytest.raises(StreamError, match="no flags"):
            writer.add(reseal(record, flags=flags))
        writer.close()


def test_a_record_that_was_sent_again_is_passed_over(data):
    placed = place_pieces("single", [(0, 2), (1, 2)])
    records = pack_all(placed)
    writer = begin_scan(data, make_begin("single"))
    write_all(writer, [records[0], records[0], records[1], records[0], records[1]])
    writer.close()
    check_columns(read_columns(writer.folder), placed)


@given(st.integers(0, 200))
@settings(max_examples=25)
def test_a_disk_that_fills_up_leaves_the_file_as_it_was(root, room):
    placed = place_pieces("dual", [(0, 2), (0, 2)])
    records = pack_all(placed)
    writer = open_scan(root)
    writer.add(records[0])
    before = (writer.folder / COLUMNS).read_bytes()
    with pytest.MonkeyPatch.context() as patch:
        fill_disk(patch, min(room, len(records[1]) - 1))
        with pytest.raises(OSError, match="No space"):
            writer.add(records[1])
    assert (writer.folder / COLUMNS).read_bytes() == before
    writer.add(records[1])
    writer.close()
    check_columns(read_columns(writer.folder), placed)


def test_a_disk_that_cannot_even_cut_a_file_leaves_nothing_torn_in_it(
    data, monkeypatch
):
    placed = place_pieces("dual", [(0, 2), (0, 2)])
    records = pack_all(placed)
    writer = begin_scan(data, make_begin())
    writer.add(records[0])
    with monkeypatch.context() as patch:
        fill_disk(patch, 50)
        patch.setattr(os, "ftruncate", fail)
        with pytest.raises(OSError, match="No space"):
            writer.add(records[1])
        with pytest.raises(OSError, match="No space"):
            writer.add(records[1])
    writer.add(records[1])
    writer.close()
    check_columns(read_columns(writer.folder), placed)


def fail(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


def fill_disk(patch, room):
    """Have the disk take so many bytes, and no more."""
    write, left = os.write, [room]

    def write_some(handle, content):
        part = content[: min(left[0], 37)]
        if not len(part):
            fail()
        left[0] -= len(part)
        return write(handle, part)

    patch.setattr(os, "write", write_some)


@pytest.mark.parametrize("most", [1, 2, 64])
def test_a_reader_beside_the_writer_sees_everything_once(tmp_path, most):
    placed = place_pieces("dual", [(0, 2), (3, 1), (-2, 3), (6, 2), (0, 1)])
    content = b"".join(pack_all(placed))
    writer = open_scan(tmp_path)
    writer.close()
    reader, found = ColumnReader(writer.folder), []
    for place in range(0, len(content), 13):
        with (writer.folder / COLUMNS).open("ab") as file:
            file.write(content[place : place + 13])
        found += reader.read(most)
    while more := reader.read(most):
        found += more
    check_columns(found, placed)
    assert reader.waiting_bytes == 0


def test_a_reader_says_how_many_columns_wait(tmp_path):
    writer = open_scan(tmp_path, "single")
    reader = ColumnReader(writer.folder)
    assert reader.behind == 0
    writer.push(make_piece("single", 500))
    assert abs(reader.behind - 500) < 15  # the head and the levels count a little
    reader.read()
    assert reader.behind == 0
    writer.close()


def test_a_scan_that_has_ended_is_not_gone_on_with(data):
    writer = begin_scan(data, make_begin())
    writer.push(make_piece("dual", 4))
    writer.end(BEGAN, width=9)
    assert ColumnReader(writer.folder).ended()
    assert read_ended(writer.folder).width == 9
    with pytest.raises(StreamError, match="has ended"):
        resume_scan(writer.folder)


def test_the_first_end_of_a_scan_counts(data):
    writer = begin_scan(data, make_begin())
    writer.end(BEGAN, width=9)
    ColumnWriter(writer.folder, writer.begin).end(BEGAN, why="cut off")
    end = read_ended(writer.folder)
    assert (end.width, end.why) == (9, "end")


def test_pieces_follow_each_other_where_no_place_is_stated(data):
    writer = begin_scan(data, make_begin("single"))
    pieces = [make_piece("single", width, width) for width in (3, 1, 4)]
    for piece in pieces:
        writer.push(piece)
    assert writer.width == 8
    writer.close()
    found = read_columns(writer.folder)
    assert [one.at for one in found] == [0, 3, 4]
    assert assemble(found).size == (8, 3)


def test_only_what_is_on_the_disk_may_be_acknowledged(data, monkeypatch):
    writer = begin_scan(data, make_begin())
    writer.push(make_piece("dual", 1))
    assert writer.durable == 0
    monkeypatch.setattr(os, "fdatasync", fail)
    with pytest.raises(OSError, match="No space"):
        writer.sync()
    assert writer.durable == 0
    with pytest.raises(OSError, match="No space"):  # it may be in memory alone
        resume_scan(writer.folder)
    monkeypatch.undo()
    assert resume_scan(writer.folder).durable == 1
    writer.close()


def test_heads_say_where_columns_are(tmp_path):
    folder, placed, ends = make_file(tmp_path, "dual")
    begin = ColumnReader(folder).begin
    heads = list(scan_heads(folder / COLUMNS, check=begin))
    assert [head.sequence for head, *_ in heads] == [0, 1, 2, 3]
    assert [head.at for head, *_ in heads] == [at for at, _ in placed]
    assert heads[-1][1] + heads[-1][0].length == ends[-1]


def test_a_copy_of_a_folder_is_the_same_scan(tmp_path):
    folder, placed, _ = make_file(tmp_path, "display")
    shutil.copytree(folder, tmp_path / "copy")
    check_columns(read_columns(tmp_path / "copy"), placed)
