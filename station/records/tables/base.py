"""What all tables have in common."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    JSON,
    MetaData,
    String,
)
from sqlalchemy.orm import DeclarativeBase

from station.records.moment import Moment

NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
"""How constraints are called, so that migrations can name them."""

Id = String(32)
Json = dict[str, Any]


class Table(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: Moment(),
        Json: JSON(),
        list[Any]: JSON(),
    }
