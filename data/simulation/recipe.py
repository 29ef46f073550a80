"""What a simulated scan shall be: all that can be wished for, and need not be."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from data.errors import SimulationError
from data.simulation.goods.cargo import CARGO
from data.simulation.imaging.defects import Defect
from data.simulation.imaging.scanner import (
    RESERVED_SCANNER_NAMES,
    SCANNER_NAMES,
    SOURCES,
)
from data.simulation.loading.load import CONCEALMENTS
from data.simulation.phantoms.arrangement import FORMS
from data.simulation.phantoms.firearms import KINDS, RESERVED_KINDS

MIN_LENGTH_M: Final = 2.0
MAX_LENGTH_M: Final = 16.0
MOST_FIREARMS: Final = 20
_ALL_KINDS: Final = KINDS + RESERVED_KINDS
_ALL_SCANNERS: Final = SCANNER_NAMES + RESERVED_SCANNER_NAMES


def _one_of(what: str, options: tuple[str, ...]) -> AfterValidator:
    def check(value: str) -> str:
        if value not in options:
            msg = f"there is no {what} {value!r}; choose one of {', '.join(options)}"
            raise ValueError(msg)
        return value

    return AfterValidator(check)


def _check_length(length_m: float) -> float:
    if not MIN_LENGTH_M <= length_m <= MAX_LENGTH_M:
        msg = (
            f"a container of {length_m:g} m cannot be simulated; "
            f"choose {MIN_LENGTH_M:g} to {MAX_LENGTH_M:g} m"
        )
        raise ValueError(msg)
    return length_m


def _check_count(count: int) -> int:
    if not 0 <= count <= MOST_FIREARMS:
        msg = f"{count} cannot be hidden; choose 0 to {MOST_FIREARMS}"
        raise ValueError(msg)
    return count


_Count = Annotated[int, AfterValidator(_check_count)]


class Recipe(BaseModel):
    """Wishes for one scan, or for every scan of a dataset. None leaves it to chance.

    Attributes:
        scanner: One of `SCANNER_NAMES` or `RESERVED_SCANNER_NAMES`; chance draws of
            `SCANNER_NAMES` alone.
        source: Where its source stands, one of `SOURCES`; None for "usual".
        length_m: Length of the container, 2 to 16 m; chance draws 20 or 40 ft. Short
            ones serve for quick trials.
        cargo: One of `CARGO`, in all of the container.
        firearms: How often firearms are hidden, 0 to 20 places; chance hides them in 1
            to 4 places of 60 % of the scans. A place may hold parts or a bundle.
        kind: Kind of all firearms, one of `KINDS` or `RESERVED_KINDS`; chance draws of
            `KINDS` alone.
        form: Form of all firearms, one of `FORMS`.
        concealment: How all of them are hidden, one of `CONCEALMENTS`, where it can be
            had.
        harmless: How many harmless things are hidden, 0 to 20; chance hides as many as
            firearms, and whether there are any or not.
        defects: What is wrong with the scan; chance draws what scanners of the family
            are prone to, and an empty list stands for none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    scanner: Annotated[str, _one_of("scanner", _ALL_SCANNERS)] | None = None
    source: Annotated[str, _one_of("place of a source", SOURCES)] | None = None
    length_m: Annotated[float, AfterValidator(_check_length)] | None = None
    cargo: Annotated[str, _one_of("cargo", CARGO)] | None = None
    firearms: _Count | None = None
    kind: Annotated[str, _one_of("kind of firearm", _ALL_KINDS)] | None = None
    form: Annotated[str, _one_of("form", FORMS)] | None = None
    concealment: Annotated[str, _one_of("concealment", CONCEALMENTS)] | None = None
    harmless: _Count | None = None
    defects: Annotated[tuple[Defect, ...], Field(strict=False)] | None = None

    def __str__(self) -> str:
        """What was wished for, for messages: nothing if all is left to chance."""
        wishes = self.model_dump(exclude_none=True, exclude={"defects"})
        said = [f"{name} {value}" for name, value in wishes.items()]
        if self.defects is not None:
            each = [f"{d.kind} {d.severity}" for d in self.defects]
            said.append(f"defects {', '.join(each) or 'none'}")
        return ", ".join(said)


def gather_recipe(path: Path | None, given: Mapping[str, Any]) -> Recipe:
    """Gather wishes from a TOML file and a command line, and check all of them.

    Args:
        path: The file, with names and values as `Recipe` has them; None if there is
            none.
        given: What the command line says, which counts more; what is None is not said.
            Defects may be written "blur:3".

    Raises:
        SimulationError: If the file cannot be read, or there is an unknown name or an
            impossible value: one line that names all of them.
    """
    wishes = {} if path is None else _read(path)
    said = {name: value for name, value in given.items() if value is not None}
    if "defects" in said:
        said["defects"] = [_split_defect(each) for each in said["defects"]]
    try:
        return Recipe.model_validate(wishes | said)
    except ValidationError as error:
        wrong = "; ".join(_explain(each) for each in error.errors())
        msg = f"{path or 'This'} cannot be simulated: {wrong}."
        raise SimulationError(msg) from error


def _split_defect(text: str) -> dict[str, Any]:
    kind, _, severity = text.partition(":")
    return {"kind": kind, "severity": int(severity) if severity.isdigit() else severity}


def _explain(error: Any) -> str:
    name = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        known = ", ".join(Recipe.model_fields)
        return f"there is no setting {name!r}; choose of {known}"
    reason = error["msg"].removeprefix("Value error, ")
    return f"{name}: {reason[:1].lower()}{reason[1:]}"


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}. Check the path."
        raise SimulationError(msg) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"{path} is no TOML: {error}. Mend it."
        raise SimulationError(msg) from error
