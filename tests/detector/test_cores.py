"""A process counts the cores that it may use."""

import os

from detector.cores import count_cores


def test_a_pinned_process_has_the_cores_that_it_is_pinned_to(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {2, 5, 7}, raising=False)
    assert count_cores() == 3


def test_where_nothing_is_pinned_all_cores_count(monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    for known, count in ((6, 6), (None, 1)):
        monkeypatch.setattr(os, "cpu_count", lambda known=known: known)
        assert count_cores() == count
