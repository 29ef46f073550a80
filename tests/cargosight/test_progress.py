"""Tests of progress bars: on a terminal, and silence elsewhere."""

import io

import pytest

from cargosight.progress import progress_bars


class Terminal(io.StringIO):
    """Standard error that is a terminal."""

    def isatty(self):
        """It is one."""
        return True


def put_up_terminal(monkeypatch):
    """Put a terminal in place of standard error."""
    monkeypatch.setenv("TERM", "xterm")
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    return screen


def test_nothing_is_said_where_nobody_looks(capfd):
    with progress_bars() as report:
        report("training", 1, 2)
        report("training", 2, 2)
    assert capfd.readouterr() == ("", "")


def test_a_terminal_shows_what_is_done_and_how_far(monkeypatch):
    terminal = put_up_terminal(monkeypatch)
    with progress_bars() as report:
        report("encoding", 3, 3)
        report("training", 1, 40)
        report("training", 7, 40)
    shown = terminal.getvalue()
    assert "encoding" in shown
    assert "3/3" in shown
    assert "training" in shown
    assert "7/40" in shown


def test_bars_end_with_an_error_and_let_it_through(monkeypatch):
    def work():
        with progress_bars() as report:
            report("training", 1, 2)
            raise KeyboardInterrupt

    terminal = put_up_terminal(monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        work()
    assert terminal.getvalue().endswith("\x1b[?25h")  # the cursor is shown again
