"""What a lane shows and looks at in place of what came."""

import logging
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np

from data.errors import CargosightError
from station.config import SupervisedConfig
from station.spool import Columns, ScanBegin
from station.supervised.choosing import choose, make_chance
from station.supervised.lag import ALL, HELD, read_taken, write_taken
from station.supervised.patch import Patch, read_patch, write_patch
from station.supervised.projection import Firearms, project_firearm
from station.supervised.recording import Placed
from station.supervised.window import Window

logger = logging.getLogger(__name__)

WIDE: Final = HELD
"""Columns that are held back at a time: under a second of a usual scanner."""

SKIP_MM: Final = 10_500.0
"""How much of the container passes at most before any is held back: chance says how
much, so that firearms of tests are anywhere in one of 12 m. A shorter one may be over
before: then it is no test scan, though it was chosen."""

USUAL_MM: Final = 4.0
"""Pixel pitch where none is known."""

WINDOWS: Final = 6
"""Places that are tried in a scan."""


@dataclass(slots=True)
class Showing:
    """One scan, as it is shown.

    Scans that become no test scan pass untouched. In the others columns are held back
    until a firearm was put into them; what that changed is on the disk before they go
    on, so that a scan that is looked at again after a stop shows the same.

    Args:
        folder: Of the scan.
        begin: What is known of it.
        config: How many become test scans, and what is put into them.
        secret: Of `station.supervised.choosing.read_secret`.

    Raises:
        StationError: If what the scan showed before a stop cannot be read.
    """

    folder: Path
    begin: ScanBegin
    config: SupervisedConfig
    secret: bytes
    _patch: Patch | None = field(init=False)
    _new: bool = field(default=False, init=False)
    _left: int = field(default=0, init=False)
    _rng: np.random.Generator = field(init=False)
    _window: Window = field(init=False)
    _firearms: Firearms | None = field(default=None, init=False)
    _taken: int = field(init=False)

    def __post_init__(self) -> None:
        """Go on with what was shown before a stop, or choose."""
        self._patch = read_patch(self.folder)
        self._taken = read_taken(self.folder)
        self._rng = make_chance(self.begin.id, self.secret)
        pitch_mm, _ = self.begin.info.pitch_mm or (USUAL_MM, USUAL_MM)
        skip = int(self._rng.random() * SKIP_MM / pitch_mm)
        self._window = Window(None if self.begin.whole else WIDE, skip)
        chosen = choose(self.begin.id, self.config.rate, self.secret)
        if self._patch is None and chosen:
            self._left = 1 if self.begin.whole else WINDOWS

    @property
    def placed(self) -> Placed | None:
        """The firearm that is in the scan; None if it is no test scan, or not yet."""
        if self._patch is None:
            return None
        return Placed(self._patch.thing, self._patch.box, self._new)

    def push(self, columns: Columns) -> list[Columns]:
        """Take in columns.

        Args:
            columns: As they came, in the order in which they came.

        Returns:
            What to show and look at now: nothing while columns are held back.
        """
        passed = self._pass(columns)
        self._note(columns.at + columns.piece.size[0])
        return passed

    def finish(self) -> list[Columns]:
        """Say that no more columns come.

        Returns:
            What was held back.
        """
        made = self._place() if self._left else []
        self._left = 0
        self._note(ALL)
        return made

    def _pass(self, columns: Columns) -> list[Columns]:
        if not self._left:
            return [self._show(columns)]
        passed = self._window.add(columns)
        return passed + self._place() if self._window.full else passed

    def _show(self, columns: Columns) -> Columns:
        if self._patch is None:
            return columns
        return replace(columns, piece=self._patch.apply(columns.piece, columns.at))

    def _place(self) -> list[Columns]:
        """Put a firearm into what is held, if that can be, and let it go."""
        held = self._window.release()
        self._left -= 1
        try:
            patch = self._project(held) if held else None
            if patch is not None:
                write_patch(patch, self.folder)
                self._patch, self._new, self._left = patch, True, 0
        except (CargosightError, OSError) as error:
            self._give_up(error)
        return [self._show(columns) for columns in held]

    def _project(self, held: list[Columns]) -> Patch | None:
        if self._firearms is None:
            assert self.config.cutouts is not None  # noqa: S101 - a rate needs them
            pitch_mm = self.config.cutout_pitch_mm
            self._firearms = Firearms.find(self.config.cutouts, pitch_mm)
        return project_firearm(self._rng, held, self._firearms, WIDE)

    def _note(self, taken: int) -> None:
        """Say how much was taken, of any scan: pages show no more than that allows."""
        if taken > self._taken:
            with suppress(OSError):  # then pages show less, for a while
                write_taken(self.folder, taken)
            self._taken = taken

    def _give_up(self, error: CargosightError | OSError) -> None:
        """Let the scan pass as it is."""
        self._left = 0
        why = " ".join(str(error).split())
        logger.warning("%s becomes no test scan: it %s", self.begin.id, why)
