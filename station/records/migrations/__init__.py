"""How a database of the records is made, and how older ones become new ones."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from data.errors import RecordError
from station.records.database import Database


def migrate(database: Database) -> None:
    """Make or update the tables of a database; one that is up to date stays as it is.

    Args:
        database: Of any age.

    Raises:
        RecordError: If it cannot be reached or written, or a newer program made it.
    """
    config = make_config()
    try:
        with database.changing_tables() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        msg = (
            f"The records are of a newer Cargosight: {error}. Install that one, or "
            "restore a copy of the records."
        )
        raise RecordError(msg) from error


def make_config() -> Config:
    """What Alembic needs to know."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
