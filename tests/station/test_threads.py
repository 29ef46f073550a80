"""Tests of threads that outlive what they do."""

import threading

from station import threads


def test_what_fails_is_begun_again_until_it_is_told_to_stop(monkeypatch, caplog):
    monkeypatch.setattr(threads, "PAUSE_S", 0.001)
    stopping = threading.Event()
    begun: list[None] = []

    def act(_):
        begun.append(None)
        if len(begun) == 3:
            stopping.set()
        raise ZeroDivisionError

    threads.start(act, stopping).join(10)
    assert len(begun) == 3
    assert caplog.text.count("failed and is begun again") == 3


def test_what_returns_is_not_begun_again():
    stopping = threading.Event()
    begun: list[threading.Event] = []
    threads.start(begun.append, stopping).join(10)
    assert begun == [stopping]
