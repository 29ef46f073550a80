"""Records by their identifiers."""

from typing import Final, TypeVar

from sqlalchemy.orm import Session

from data.errors import ConflictError, NoSuchRecordError
from station.records.tables import (
    Alarm,
    Decision,
    Disposition,
    Inspection,
    Referral,
    ScanRow,
    Table,
)
from station.records.tables.states import OPEN

Row = TypeVar("Row", bound=Table)

_NAMES: Final[dict[type[Table], str]] = {
    Alarm: "alarm",
    Decision: "decision",
    Disposition: "disposition",
    Inspection: "inspection",
    Referral: "referral",
    ScanRow: "scan",
}


def find(session: Session, table: type[Row], name: str) -> Row:
    """A record.

    Args:
        session: Of the records.
        table: Of which kind.
        name: Its identifier.

    Raises:
        NoSuchRecordError: If there is none.
    """
    row = session.get(table, name)
    if row is None:
        msg = f"There is no {_NAMES[table]} {name}."
        raise NoSuchRecordError(
            msg, code="record.unknown", facts={"kind": _NAMES[table], "id": name}
        )
    return row


def check_part(row: ScanRow | Disposition | Referral, inspection: Inspection) -> None:
    """Make sure that a record belongs to an inspection.

    Raises:
        NoSuchRecordError: If it does not.
    """
    if row.inspection_id != inspection.id:
        what = _NAMES[type(row)]
        msg = f"The inspection {inspection.id} has no {what} {row.id}."
        raise NoSuchRecordError(
            msg, code="record.unknown", facts={"kind": what, "id": row.id}
        )


def check_open(inspection: Inspection) -> None:
    """Make sure that an inspection still waits for its disposition.

    Raises:
        ConflictError: If it does not.
    """
    if inspection.state not in OPEN:
        msg = (
            f"The inspection {inspection.id} is closed: {inspection.state}. Undo that "
            "first."
        )
        raise ConflictError(
            msg,
            code="inspection.closed",
            facts={"inspection": inspection.id, "state": inspection.state},
        )
