"""The steps of a retraining: each that is finished leaves a record, by rename."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from data.dataset import hash_file
from data.dataset_writing import write_text
from data.errors import TrainingError

STEPS: Final = "steps"

_log = logging.getLogger(__name__)


class StepRecord(BaseModel):
    """One finished step.

    Attributes:
        step: Its name.
        finished: When.
        made: sha256 of what it left, by the path below the retraining's folder.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: Literal[1] = 1
    step: str
    finished: AwareDatetime
    made: dict[str, Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]]


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of one retraining.

    Attributes:
        out: Its folder.
    """

    out: Path

    def is_done(self, name: str) -> bool:
        """Whether a step has left its record."""
        return self._place(name).is_file()

    def run(self, name: str, action: Callable[[], Sequence[Path]]) -> None:
        """Do a step, unless it is done: then see that what it left is unchanged.

        Args:
            name: Of the step.
            action: Does it, whatever a killed one has left of it, and names the files
                that tell whether what it made is still there.

        Raises:
            TrainingError: If what a finished step left was changed.
        """
        if self.is_done(name):
            self._check(name)
            return
        _log.info("step %s", name)
        made = {
            path.relative_to(self.out).as_posix(): hash_file(path) for path in action()
        }
        record = StepRecord(step=name, finished=datetime.now(UTC), made=made)
        write_text(self._place(name), record.model_dump_json(indent=1))

    def _place(self, name: str) -> Path:
        return self.out / STEPS / f"{name}.json"

    def _check(self, name: str) -> None:
        place = self._place(name)
        try:
            record = StepRecord.model_validate_json(place.read_bytes())
        except ValidationError as error:
            msg = f"{place} is damaged. Remove it to do this step again."
            raise TrainingError(msg) from error
        changed = [
            path
            for path, sha in record.made.items()
            if hash_file(self.out / path) != sha
        ]
        if changed:
            msg = (
                f"{self.out / changed[0]} is not as the step {name} left it. Put it "
                "back, or begin anew with another --out."
            )
            raise TrainingError(msg)
