"""The list of inspections, in both kinds of records."""

import pytest

from station.inspections.listing import Wanted, list_inspections
from station.records import new_id
from station.records.moment import now
from station.records.tables import Disposition, Outcome, Referral, Table, User
from tests.station.inspections.passing import pass_container

THING = {"label": "firearm"}


@pytest.fixture
def user(either_database):
    """Somebody who did it all."""
    made = User(id=new_id(), name="ann", role="operator", pseudonym="p-ann")
    made.password_hash, made.created = "none", now()
    with either_database.changing() as session:
        session.add(made)
    return made.id


@pytest.fixture
def close(either_database, data, user):
    """Make inspections that were searched: `close([], [THING])` has two outcomes."""

    def act(*found, referred=False):
        passed = pass_container(either_database, data, state="searched", closed=now())
        about = {"inspection_id": passed.inspection, "user_id": user}
        made = Disposition(id=new_id(), request=new_id(), made=now(), **about)
        made.disposition = "searched"
        rows: list[Table] = [made]
        before = None
        for things in found:
            one = Outcome(id=new_id(), request=new_id(), made=now(), **about)
            one.found, one.replaces = things, before
            rows.append(one)
            before = one.id
        if referred:
            rows.append(Referral(id=new_id(), made=now(), **about))
        with either_database.changing() as session:
            session.add_all(rows)
        return passed.inspection

    return act


def test_the_last_outcome_says_what_was_found(either_database, close):
    vain, hit = close([THING], []), close([], [THING, THING])
    unknown = close(referred=True)

    def ask(**wanted):
        with either_database.reading() as session:
            found = list_inspections(session, Wanted(state="all", **wanted), None)
        assert not any(one.waits_second for one in found.inspections)
        return {one.id: (one.found, one.disposed_by) for one in found.inspections}

    assert ask(found=True) == {hit: (2, "p-ann")}
    assert ask(found=False) == {vain: (0, "p-ann")}
    assert ask(referred=True) == {unknown: (None, "p-ann")}
    assert set(ask(referred=False, disposition="searched")) == {vain, hit}
