"""Logs for tests."""

from station.audit import append


def write_log(database, entries=6):
    """Add some entries to a log."""
    with database.changing() as session:
        for number in range(entries):
            append(session, "scan.began", f"scan-{number}", {"number": number})
