"""What two pipelines found in the same scans, and how to say it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Final

from benchmark.metrics.rates import Rate

Span = tuple[float, float]

_WILSON: Final = (
    "by Wilson's formula, for fewer trials where those of a group go together"
)


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure and how sure it is.

    Attributes:
        value: Over all scans.
        low: Lower end of its 95 % interval. Where a threshold is fixed that of Pd is
            Wilson's, and of a difference the paired one; else groups are drawn anew
            (BCa), and thresholds are found anew in each draw.
        high: Upper end.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of a pipeline, or how much more the second has than the first.

    Attributes:
        pd: Share of visible firearms met by an alarm, at IoU 0.3.
        pd_behind: Of those behind the attenuation asked for; None where none was, or
            none is.
        ap50: Average precision at IoU 0.5.
        ap50_95: Its mean over IoU 0.5 to 0.95.
    """

    pd: Measured
    pd_behind: Measured | None
    ap50: Measured
    ap50_95: Measured


@dataclass(frozen=True, slots=True)
class Rival:
    """One of two pipelines.

    Attributes:
        folder: Of its results.
        pipeline: What looked.
        threshold: Scores above it are alarms; from it, where it was given.
        alarmed: Clean scans with one.
        pfa: Share of the clean scans; None where there are none.
        cut: Whether its results hold no scores low enough to reach the Pfa.
        figures: What it found there.
    """

    folder: str
    pipeline: str
    threshold: float
    alarmed: int
    pfa: Rate | None
    cut: bool
    figures: Figures


@dataclass(frozen=True, slots=True)
class Rivals:
    """Two pipelines on the same scans.

    Attributes:
        scans: How many.
        groups: How many groups they make up.
        clean: How many are clean.
        firearms: Visible ones.
        pfa: Share of clean scans that may raise an alarm; None where thresholds were
            given, and a score equal to one is an alarm.
        behind: Attenuation that was asked for, nepers, from and below; None for none.
        inside: Firearms behind so much.
        unknown: Firearms whose attenuation nobody states; they are not among these.
        first: One pipeline.
        second: The other.
        gained: Firearms that only the second found.
        lost: Those that only the first found.
        difference: Figures of the second less those of the first.
        parts: The same of some of the scans, at the thresholds of all, which are fixed.
    """

    scans: int
    groups: int
    clean: int
    firearms: int
    pfa: float | None
    behind: Span | None
    inside: int
    unknown: int
    first: Rival
    second: Rival
    gained: int
    lost: int
    difference: Figures
    parts: Mapping[str, "Rivals"] = field(default_factory=dict)

    def as_json(self) -> str:
        """All figures, in one line."""
        return json.dumps(asdict(self))

    def as_text(self) -> str:
        """All figures, for a person."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"{self._count()} {self._say_thresholds()}"
        yield from self._compare()
        for name, part in self.parts.items():
            yield ""
            yield f"{name}: {part._count()}"  # noqa: SLF001 - its own kind
            yield from part._compare()  # noqa: SLF001
        yield f"Intervals hold 95 %: {self._say_intervals()}"

    def _count(self) -> str:
        return (
            f"{self.scans} scans in {self.groups} groups, {self.clean} clean; "
            f"{self.firearms} firearms."
        )

    def _say_thresholds(self) -> str:
        if self.pfa is None:
            return "Each threshold was given."
        share = 100 * self.pfa
        return f"Each threshold is the least that keeps a Pfa of {share:g} % on them."

    def _say_intervals(self) -> str:
        if self.pfa is None:
            return (
                f"of Pd and Pfa {_WILSON}; of differences in Pd the paired one; of AP "
                "groups are drawn anew."
            )
        parts = " In parts thresholds stay, and Pd is as Pfa." if self.parts else ""
        return (
            "groups are drawn anew, and in each draw both thresholds are found anew; "
            f"of Pfa {_WILSON}.{parts}"
        )

    def _compare(self) -> Iterator[str]:
        if self.behind is not None:
            low, high = self.behind
            unknown = f", of {self.unknown} nobody knows" if self.unknown else ""
            yield f"{self.inside} firearms behind {low:g} to {high:g} nepers{unknown}."
        for rival in (self.first, self.second):
            word = "from" if self.pfa is None else "over"
            yield f"{rival.folder} ({rival.pipeline}), {word} {rival.threshold:.3f}:"
            yield f"  Pfa        {_say_pfa(rival.pfa)}"
            yield from _say_figures(rival.figures)
            if rival.cut:
                yield "  Its results hold no lower scores: detect with a lower one."
        yield "How much more the second finds:"
        yield from _say_figures(self.difference, signed=True)
        yield f"  firearms   {self.gained} gained, {self.lost} lost"


def _say_pfa(pfa: Rate | None) -> str:
    if pfa is None:
        return "not measured: no clean scans"
    share, low, high = (100 * each for each in (pfa.share, pfa.low, pfa.high))
    of = f"{pfa.hits} of {pfa.trials} clean scans"
    return f"{of}, {share:.1f} % ({low:.1f} to {high:.1f})"


def _say_figures(figures: Figures, *, signed: bool = False) -> Iterator[str]:
    yield f"  Pd         {_say_share(figures.pd, signed=signed)}"
    if figures.pd_behind is not None:
        yield f"  Pd behind  {_say_share(figures.pd_behind, signed=signed)}"
    yield f"  AP50       {_say(figures.ap50, signed=signed)}"
    yield f"  AP50-95    {_say(figures.ap50_95, signed=signed)}"


def _say_share(found: Measured, *, signed: bool) -> str:
    sign, unit = ("+", " points") if signed else ("", " %")
    low, high = (100 * end for end in (found.low, found.high))
    return f"{100 * found.value:{sign}.1f}{unit} ({low:{sign}.1f} to {high:{sign}.1f})"


def _say(found: Measured, *, signed: bool) -> str:
    sign = "+" if signed else ""
    low, high = found.low, found.high
    return f"{found.value:{sign}.3f} ({low:{sign}.3f} to {high:{sign}.3f})"
