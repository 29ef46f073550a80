"""What became of the inspections of a list: a few queries for all of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from station.inspections.dispositions import in_order
from station.records.tables import Disposition, Inspection, Outcome, Referral


@dataclass(frozen=True, slots=True)
class Ends:
    """What became of inspections, by their identifiers.

    Attributes:
        dispositions: Those that stand.
        found: How many things the search found, as the last outcome says.
        referred: Those that are held.
    """

    dispositions: dict[str, Disposition]
    found: dict[str, int]
    referred: frozenset[str]

    @classmethod
    def read(cls, session: Session, names: Sequence[str]) -> Self:
        """What became of some inspections.

        Args:
            session: Of the records.
            names: Their identifiers.
        """
        made = select(Disposition).where(
            Disposition.inspection_id.in_(names), Disposition.undone.is_(None)
        )
        held = select(Referral.inspection_id).where(
            Referral.inspection_id.in_(names), Referral.lifted.is_(None)
        )
        return cls(
            {one.inspection_id: one for one in session.scalars(made)},
            _count_found(session, names),
            frozenset(session.scalars(held)),
        )


def was_found(found: bool) -> ColumnElement[bool]:
    """Inspections of which the last outcome says that something was found, or nothing.

    Args:
        found: Whether something was.
    """
    later = aliased(Outcome)
    count = func.json_array_length(Outcome.found)
    return exists().where(
        Outcome.inspection_id == Inspection.id,
        ~exists().where(later.replaces == Outcome.id),
        count > 0 if found else count == 0,
    )


def is_referred(referred: bool) -> ColumnElement[bool]:
    """Inspections that are held for another agency, or are not.

    Args:
        referred: Whether they are.
    """
    held = exists().where(
        Referral.inspection_id == Inspection.id, Referral.lifted.is_(None)
    )
    return held if referred else ~held


def _count_found(session: Session, names: Sequence[str]) -> dict[str, int]:
    said: dict[str, list[Outcome]] = defaultdict(list)
    query = select(Outcome).where(Outcome.inspection_id.in_(names))
    for one in session.scalars(query):
        said[one.inspection_id].append(one)
    return {name: len(in_order(outcomes)[-1].found) for name, outcomes in said.items()}
