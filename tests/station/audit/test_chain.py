"""Entries of the log, each with the hash of the one before it."""

import hashlib

import pytest

from station.audit import append
from station.audit.chain import dump_canonical, hash_fields
from station.records.tables import ChainHead, Entry


def test_an_entry_is_hashed_as_the_documents_say(either_database):
    with either_database.changing() as session:
        append(session, "scan.began", "a", {"b": 1.5, "a": "é"}, actor="p-1")
        append(session, "scan.began", "b")
    with either_database.reading() as session:
        first, second = (session.get_one(Entry, seq) for seq in (1, 2))
        head = session.get_one(ChainHead, 1)
    said = (
        f'["{"0" * 64}",1,"{first.made}","scan.began","p-1","a",'
        r'"{\"a\":\"\\u00e9\",\"b\":1.5}"]'
    )
    assert first.sha256 == hashlib.sha256(said.encode()).hexdigest()
    assert second.previous == first.sha256
    assert (head.seq, head.sha256) == (2, second.sha256)


def test_fields_cannot_be_shifted_into_one_another():
    assert hash_fields(("a", "bc")) != hash_fields(("ab", "c"))
    assert hash_fields(("1",)) != hash_fields((1,))


def test_what_json_cannot_say_is_refused():
    with pytest.raises(ValueError, match="not JSON compliant"):
        dump_canonical({"a": float("nan")})
