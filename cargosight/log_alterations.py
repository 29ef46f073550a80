"""Ways to alter a log in its database, as someone would who can write it."""

import random
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from station.audit.chain import hash_entry
from station.records.tables import ChainHead, Entry

TEXTS: Final = ("made", "kind", "actor", "subject", "payload", "previous", "sha256")
LETTERS: Final = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class AlteredLog:
    """A log that is altered; whoever alters it puts it back.

    Args:
        session: In which it is altered.
        entries: How many it has.
        chance: What decides where, and to what.
    """

    session: Session
    entries: int
    chance: random.Random

    def pick(self, first: int = 1) -> int:
        """Number of any entry from one on."""
        return self.chance.randint(first, self.entries)

    def read(self, seq: int) -> dict[str, Any]:
        """Columns of an entry."""
        row = self.session.execute(
            select(Entry.__table__).where(Entry.seq == seq)
        ).one()
        return dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's documented name

    def write(self, seq: int, values: Mapping[str, Any]) -> None:
        """Change columns of an entry."""
        self._do(update(Entry).where(Entry.seq == seq).values(**values))

    def add(self, values: Mapping[str, Any]) -> None:
        """Add an entry."""
        self._do(insert(Entry).values(**values))

    def remove(self, first: int, last: int) -> None:
        """Remove entries, both ends included."""
        self._do(delete(Entry).where(Entry.seq >= first, Entry.seq <= last))

    def move(self, first: int, by: int) -> None:
        """Give all entries from one on other numbers."""
        self._do(update(Entry).where(Entry.seq >= first).values(seq=-(Entry.seq + by)))
        self._do(update(Entry).where(Entry.seq < 0).values(seq=-Entry.seq))

    def set_head(self, **values: Any) -> None:
        """Change the head."""
        self._do(update(ChainHead).values(**values))

    def _do(self, statement: Any) -> None:
        self.session.connection().execute(statement)


def alter_text(log: AlteredLog, column: str) -> None:
    """Change one character of a column, or add one."""
    seq = log.pick()
    text = log.read(seq)[column]
    place = log.chance.randrange(len(text) + (column not in {"previous", "sha256"}))
    letters = [one for one in LETTERS if one != text[place : place + 1]]
    changed = text[:place] + log.chance.choice(letters) + text[place + 1 :]
    log.write(seq, {column: changed})


def alter_number(log: AlteredLog) -> None:
    """Give one entry a number beyond the last one."""
    log.write(log.pick(), {"seq": log.entries + log.chance.randint(1, 9)})


def alter_known(log: AlteredLog) -> None:
    """Change an entry, and make its own hash anew."""
    seq = log.pick()
    values = log.read(seq) | {"actor": "somebody else"}
    log.write(seq, values | {"sha256": hash_entry(Entry(**values))})


def remove_one(log: AlteredLog) -> None:
    """Remove an entry in the middle."""
    seq = log.chance.randint(2, log.entries - 1)
    log.remove(seq, seq)


def remove_first(log: AlteredLog) -> None:
    """Remove some at the beginning."""
    log.remove(1, log.chance.randint(1, 5))


def remove_last(log: AlteredLog) -> None:
    """Remove some at the end."""
    log.remove(log.pick(log.entries - 4), log.entries)


def remove_and_close(log: AlteredLog) -> None:
    """Remove an entry, and close the gap: those after it are numbered anew."""
    seq = log.chance.randint(1, log.entries - 1)
    log.remove(seq, seq)
    log.move(seq + 1, -1)
    log.set_head(seq=log.entries - 1)


def swap(log: AlteredLog) -> None:
    """Have two entries change places."""
    one, other = log.chance.sample(range(1, log.entries + 1), 2)
    first, second = log.read(one), log.read(other)
    log.write(one, second | {"seq": one})
    log.write(other, first | {"seq": other})


def swap_said(log: AlteredLog) -> None:
    """Have two entries change what they say; their hashes stay."""
    one, other = log.chance.sample(range(1, log.entries + 1), 2)
    first, second = log.read(one), log.read(other)
    log.write(one, {"subject": second["subject"], "payload": second["payload"]})
    log.write(other, {"subject": first["subject"], "payload": first["payload"]})


def add_one(log: AlteredLog) -> None:
    """Add an entry at the end, rightly linked, and leave the head."""
    last = log.read(log.entries)
    values = last | {"seq": log.entries + 1, "previous": last["sha256"]}
    log.add(values | {"sha256": hash_entry(Entry(**values))})


def squeeze_in(log: AlteredLog) -> None:
    """Add an entry in the middle, rightly linked; those after it are numbered anew."""
    seq = log.chance.randint(2, log.entries)
    log.move(seq, 1)
    values = log.read(seq - 1)
    values |= {"seq": seq, "previous": values["sha256"]}
    log.add(values | {"sha256": hash_entry(Entry(**values))})
    log.set_head(seq=log.entries + 1)


def alter_head(log: AlteredLog) -> None:
    """Have the head say another length, or another hash."""
    if log.chance.random() < 0.5:
        log.set_head(seq=log.entries + log.chance.choice((-1, 1)))
    else:
        log.set_head(sha256=f"{log.chance.getrandbits(256):064x}")


def cut(log: AlteredLog) -> None:
    """Remove some at the end, and put the head there: only anchors show it."""
    seq = log.pick(log.entries - 9)
    before = log.read(seq)["previous"]
    log.remove(seq, log.entries)
    log.set_head(seq=seq - 1, sha256=before)


def write_anew(log: AlteredLog) -> None:
    """Change an entry, and make all hashes from there on anew: only anchors show it."""
    start = log.pick(max(1, log.entries - 200))
    values = log.read(start) | {"actor": "somebody else"}
    for seq in range(start, log.entries + 1):
        if seq > start:
            values = log.read(seq) | {"previous": values["sha256"]}
        values["sha256"] = hash_entry(Entry(**values))
        log.write(seq, values)
    log.set_head(sha256=values["sha256"])


ALTERATIONS: Final[dict[str, Callable[[AlteredLog], None]]] = {
    **{f"{name} changed": partial(alter_text, column=name) for name in TEXTS},
    "seq changed": alter_number,
    "changed, its hash made anew": alter_known,
    "removed": remove_one,
    "removed at the beginning": remove_first,
    "removed at the end": remove_last,
    "removed, the rest numbered anew": remove_and_close,
    "two entries swapped": swap,
    "what two entries say swapped": swap_said,
    "added at the end": add_one,
    "added in the middle": squeeze_in,
    "head changed": alter_head,
    "cut off, head and all (anchors)": cut,
    "all written anew (anchors)": write_anew,
}
"""All ways, by what is done."""
