"""What is forgotten in time, though it is no record of its own."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from station.records.tables import Answered
from station.retention.forgetting import forget

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def test_answers_kept_for_repeated_requests_go_after_a_week(config, database, user_as):
    user = user_as("operator").id
    answered = [
        Answered(
            id=f"request-{days}",
            user_id=user,
            content_sha256="0" * 64,
            answer='{"manifest":{"goods":"roses"}}',
            made=NOW - timedelta(days=days),
        )
        for days in (6, 8)
    ]
    with database.changing() as session:
        session.add_all(answered)
    forget(database, config, NOW)
    with database.reading() as session:
        assert session.scalars(select(Answered.id)).all() == ["request-6"]
