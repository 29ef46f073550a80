"""What was found in a scan beside the alarms, as pages show it."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import ConfigDict

from station.codes import BlankShownCode, CodeFacts
from station.inspections.alarms_shown import Box, Shown


class BlankShown(Shown):
    """What could not be seen.

    Attributes:
        code: What it is: see `detector.blank.Blank`; "blank.missing" are columns that
            never came, "blank.other" is what older records have in words alone.
        facts: Its numbers.
        text: In words.
    """

    code: BlankShownCode
    facts: CodeFacts
    text: str


class ContainerFound(Shown):
    """A container that was found in a scan.

    Attributes:
        box: Where, px.
        kind: What it is, if that is known.
        opaque_fraction: Its share that is opaque, 0 to 1; None if that cannot be told.
    """

    box: Box
    kind: str | None
    opaque_fraction: float | None


class FindingsShown(Shown):
    """What was found beside the alarms: what `station.worker.findings` writes.

    What is not in an older record is as if nothing had been found; what it has beside
    that is left out.

    Attributes:
        opaque_fraction: Share that is opaque, 0 to 1; None if that cannot be told.
        opaque_regions: Where, px.
        containers: Those that were found.
        coarse: Parts that were only glanced at, px.
        unseen: Parts that nothing looked at, px.
        missing: Columns that never came, half-open ranges.
        elapsed_s: How long it was looked at, s; None if that was not kept.
    """

    model_config = ConfigDict(
        frozen=True, extra="ignore", json_schema_serialization_defaults_required=True
    )

    opaque_fraction: float | None = None
    opaque_regions: tuple[Box, ...] = ()
    containers: tuple[ContainerFound, ...] = ()
    coarse: tuple[Box, ...] = ()
    unseen: tuple[Box, ...] = ()
    missing: tuple[tuple[int, int], ...] = ()
    elapsed_s: float | None = None

    @classmethod
    def of(cls, findings: Mapping[str, Any] | None) -> Self | None:
        """What is kept of what was found.

        Args:
            findings: Of the records; None if nothing looked.
        """
        return None if findings is None else cls.model_validate(findings)


def show_blanks(findings: Mapping[str, Any] | None) -> tuple[BlankShown, ...]:
    """What could not be seen, the worst first.

    Args:
        findings: Of the records; older ones have sentences alone.
    """
    blanks = (findings or {}).get("blanks", ())
    return tuple(_show_blank(blank) for blank in blanks)


def _show_blank(blank: str | Mapping[str, Any]) -> BlankShown:
    if isinstance(blank, str):
        return BlankShown(code="blank.other", facts={}, text=blank)
    return BlankShown.model_validate(blank)
