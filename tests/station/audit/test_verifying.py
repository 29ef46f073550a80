"""What verifying the log finds, in the records and in files."""

import pytest
from sqlalchemy import delete, text, update

from data.errors import StationError
from station.audit.chain import hash_entry
from station.audit.lines import read_file, read_records, write_file
from station.audit.verifying import MOST, verify_log, verify_parts
from station.records.tables import ChainHead, Entry
from tests.station.audit.logs import write_log


def alter(database, *statements):
    with database.changing() as session:
        for statement in statements:
            session.connection().execute(statement)


def tell(verdict):
    return [(fault.seq, fault.what) for fault in verdict.faults]


@pytest.fixture
def log(either_database):
    """Records with six entries."""
    write_log(either_database)
    return either_database


@pytest.fixture
def file(tmp_path, database):
    """A file with a log of six entries."""
    write_log(database)
    with database.reading() as session:
        assert write_file(read_records(session), tmp_path / "log.jsonl") == 6
    return tmp_path / "log.jsonl"


def test_a_log_as_it_was_written_is_whole_and_its_end_is_told(log):
    verdict = verify_log(log)
    assert (verdict.whole, verdict.entries, verdict.faults) == (True, 6, ())
    with log.reading() as session:
        assert verdict.last.sha256 == session.get_one(ChainHead, 1).sha256
    assert verdict.last.sha256 in verdict.as_text()
    assert "no anchor compared" in verdict.as_text()
    assert verdict.as_dict()["whole"] is True


def test_an_empty_log_is_whole(either_database):
    verdict = verify_log(either_database)
    assert (verdict.whole, verdict.entries, verdict.last.seq) == (True, 0, 0)


def test_the_first_wrong_entry_is_named(log):
    alter(log, update(Entry).where(Entry.seq == 4).values(actor="nobody"))
    verdict = verify_log(log)
    assert tell(verdict) == [(4, "Entry 4 was changed: it is not what its hash says.")]
    assert verdict.as_text().startswith("Entry 4 was changed")


def test_what_is_gone_is_named(log):
    alter(log, delete(Entry).where(Entry.seq.in_((2, 3))))
    assert tell(verify_log(log))[0] == (4, "Entries 2 to 3 are gone.")


def test_an_end_that_was_cut_off_is_found_by_the_head(log):
    alter(log, delete(Entry).where(Entry.seq == 6))
    ((seq, what),) = tell(verify_log(log))
    assert (seq, what[:40]) == (5, "The log ends with entry 5, and should wi")


@pytest.mark.parametrize("heads", [0, 2])
def test_there_is_one_head(log, heads):
    if heads:
        alter(log, text("INSERT INTO audit_head VALUES (2, 6, 'x')"))
    else:
        alter(log, delete(ChainHead))
    assert f"has {heads} heads" in verify_log(log).as_text()


def test_a_log_written_anew_shows_against_an_anchor_alone(log):
    with log.reading() as session:
        kept = {5: frozenset({session.get_one(Entry, 5).sha256})}
    with log.changing() as session:
        before = session.get_one(Entry, 3)
        for seq in (4, 5, 6):
            entry = session.get_one(Entry, seq)
            entry.actor, entry.previous = "nobody", before.sha256
            entry.sha256 = hash_entry(entry)
            before = entry
        session.get_one(ChainHead, 1).sha256 = before.sha256
    assert verify_log(log).whole
    ((seq, what),) = tell(verify_log(log, kept))
    assert (seq, "written anew" in what) == (5, True)


def test_an_end_cut_off_with_its_head_shows_against_an_anchor_alone(log):
    with log.changing() as session:
        last = session.get_one(Entry, 6)
        kept = {6: frozenset({last.sha256})}
        head = session.get_one(ChainHead, 1)
        head.seq, head.sha256 = 5, last.previous
        session.delete(last)
    assert verify_log(log).whole
    assert tell(verify_log(log, kept)) == [(6, "Entry 6 is gone; its anchor is here.")]


def test_anchors_that_are_met_are_counted(log):
    with log.reading() as session:
        entries = [session.get_one(Entry, seq) for seq in (2, 6)]
    kept = {entry.seq: frozenset({entry.sha256}) for entry in entries}
    verdict = verify_log(log, kept)
    assert (verdict.whole, verdict.anchors) == (True, 2)
    assert "2 anchors met" in verdict.as_text()


def test_what_no_entry_can_hold_is_found(database):
    write_log(database)
    alter(database, text("UPDATE audit SET actor = x'00ff' WHERE seq = 2"))
    assert tell(verify_log(database))[0][0] == 2


def test_many_faults_are_counted_and_the_first_ones_told(database):
    write_log(database, MOST + 5)
    alter(database, update(Entry).values(actor="nobody"))
    verdict = verify_log(database)
    assert (verdict.count, len(verdict.faults)) == (MOST + 5, MOST)
    assert verdict.as_text().endswith("And 5 more.")


def test_verifying_may_stop_at_the_first_fault(database):
    write_log(database)
    alter(database, update(Entry).values(actor="nobody"))
    with database.reading() as session:
        verdict = verify_parts(read_records(session), most=1)
    assert (verdict.count, verdict.entries) == (1, 1)


def test_who_waits_is_told_how_far_it_is(database, monkeypatch):
    monkeypatch.setattr("station.audit.verifying.BATCH", 2)
    write_log(database)
    told: list[tuple[int, int]] = []
    verify_log(database, progress=lambda done, count: told.append((done, count)))
    assert told == [(2, 6), (4, 6), (6, 6)]


def test_what_is_written_while_it_is_read_is_not_missed_or_blamed(log, monkeypatch):
    monkeypatch.setattr("station.audit.lines.BATCH", 1)
    with log.reading() as session:
        parts = read_records(session)
        first = next(parts)
        write_log(log, 1)
        verdict = verify_parts([first, *parts])
    assert (verdict.whole, verdict.entries) == (True, 6)


def test_a_file_of_a_log_is_whole(file, database):
    assert verify_log(file) == verify_log(database)


def test_every_byte_of_a_file_counts(file):
    content = file.read_bytes()
    for place in range(0, len(content), 41):
        changed = bytes([content[place] ^ 1])
        file.write_bytes(content[:place] + changed + content[place + 1 :])
        assert not verify_log(file).whole, place


@pytest.mark.parametrize(
    "rearrange",
    [
        lambda lines: lines[1:],
        lambda lines: lines[:-1],
        lambda lines: lines[:3] + lines[4:],
        lambda lines: [lines[1], lines[0], *lines[2:]],
        lambda lines: [lines[0], *lines],
        lambda lines: [lines[-1], *lines[:-1]],
        lambda lines: [*lines, lines[-1]],
        lambda lines: [*lines[:-1], lines[-1].replace(b",", b", ")],
        lambda lines: [b"[" * 10_000 + b"\n", *lines],
        lambda lines: lines[:0],
    ],
)
def test_every_line_of_a_file_counts(file, rearrange):
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(rearrange(lines)))
    verdict = verify_log(file)
    assert not verdict.whole
    assert all("\n" not in fault.what for fault in verdict.faults)


def test_a_changed_line_of_a_file_is_named(file):
    lines = file.read_bytes().splitlines(keepends=True)
    lines[2] = b"nonsense\n"
    file.write_bytes(b"".join(lines))
    assert "log.jsonl, line 3 is no line of a log" in verify_log(file).as_text()


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(StationError, match="cannot be read"):
        list(read_file(tmp_path / "none.jsonl"))
