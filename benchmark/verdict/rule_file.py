"""Rules of a verdict: a TOML file that QA writes and signs."""

from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    model_validator,
)

from benchmark.evaluation.slices import FIREARM_CUTS, SCAN_CUTS
from data.errors import VerdictError
from data.strict_toml import read_strict_toml

Metric = Literal[
    "pd", "pd_inspection", "pd_at_pfa", "pfa", "false_alarms", "ap50", "ap50_95"
]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]

COSTS: Final = frozenset({"pfa", "false_alarms"})
"""Metrics of which less is better."""

WORDS: Final[dict[Metric, str]] = {
    "pd": "Pd of firearms",
    "pd_inspection": "Pd of inspections",
    "pd_at_pfa": "Pd of firearms",
    "pfa": "Pfa of clean inspections",
    "false_alarms": "false alarms a scan",
    "ap50": "AP50",
    "ap50_95": "AP50-95",
}

_SHIPPED: Final = Path(str(files("benchmark.verdict"))) / "rules"


def _check_dimension(name: str) -> str:
    known = (*FIREARM_CUTS, *SCAN_CUTS)
    if name not in known:
        msg = f"there is no slice {name!r}; choose one of {', '.join(known)}"
        raise ValueError(msg)
    return name


class Rule(BaseModel):
    """One thing that must hold.

    A rule states one limit: `least`, `most`, or `not_worse_by` against the champion.

    Attributes:
        metric: What is measured; all at the bundles' operating points, but for
            `pd_at_pfa`, `ap50` and `ap50_95`, which need none.
        at_pfa: Of `pd_at_pfa`: the share of clean inspections that may alarm. Each
            bundle gets its own threshold, found on the suite's clean inspections.
        least: It must be at least this.
        most: It must be at most this.
        not_worse_by: It must not be worse than the champion's by more than this. Of
            shares 0.03 is 3 points.
        slice: A dimension: the rule must hold in each of its slices, with Holm's
            correction for how many are tested.
        least_trials: Slices with fewer trials are not tested.
        confidence: With which it must be shown, one-sided.
        by: "bound": the data must show it with that confidence. "estimate": the
            measured value itself must keep the limit, whatever its interval.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    metric: Metric
    at_pfa: Share | None = None
    least: Amount | None = None
    most: Amount | None = None
    not_worse_by: Amount | None = None
    slice: Annotated[str, AfterValidator(_check_dimension)] | None = None
    least_trials: Annotated[int, Field(ge=1)] = 20
    confidence: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
    by: Literal["bound", "estimate"] = "bound"

    @property
    def relative(self) -> bool:
        """Whether it needs a champion."""
        return self.not_worse_by is not None

    @property
    def lower_is_better(self) -> bool:
        """Whether the metric is a cost."""
        return self.metric in COSTS

    @property
    def sentence(self) -> str:
        """What it demands, in words."""
        what = WORDS[self.metric]
        if self.at_pfa is not None:
            what += f" at Pfa {self.at_pfa:.3g}"
        if self.least is not None:
            what += f" at least {self.least:g}"
        elif self.most is not None:
            what += f" at most {self.most:g}"
        elif self.not_worse_by is not None:
            side = "above" if self.lower_is_better else "below"
            what += f" not {side} the champion's by more than {self.not_worse_by:g}"
        return f"{what}, in each {self.slice}" if self.slice else what

    @model_validator(mode="after")
    def _check_parts(self) -> Self:
        limits = [self.least, self.most, self.not_worse_by]
        if sum(limit is not None for limit in limits) != 1:
            msg = "a rule has one limit: least, most or not_worse_by"
            raise ValueError(msg)
        if (self.at_pfa is None) == (self.metric == "pd_at_pfa"):
            msg = "at_pfa goes with the metric pd_at_pfa, and only with it"
            raise ValueError(msg)
        if (self.most is not None and not self.lower_is_better) or (
            self.least is not None and self.lower_is_better
        ):
            msg = f"the limit of {self.metric} points the wrong way"
            raise ValueError(msg)
        if self.slice in FIREARM_CUTS and self.metric not in {"pd", "pd_at_pfa"}:
            msg = f"slices by {self.slice} tell firearms apart: only pd has them"
            raise ValueError(msg)
        if self.slice in FIREARM_CUTS and self.metric == "pd_at_pfa":
            msg = f"slices by {self.slice} have no clean inspections to set a Pfa by"
            raise ValueError(msg)
        return self


class Rules(BaseModel):
    """All rules of a verdict.

    Attributes:
        title: What the verdict decides.
        rules: All must hold.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: Literal[1] = 1
    title: Annotated[str, Field(min_length=1, max_length=200)]
    rules: Annotated[tuple[Rule, ...], Field(min_length=1, strict=False)]


def list_shipped_rules() -> dict[str, Path]:
    """The rules that ship with the project, by the names of their files."""
    return {path.stem: path for path in sorted(_SHIPPED.glob("*.toml"))}


def read_rules(named: str | Path) -> Rules:
    """Read rules: some that ship, by their name, or a TOML file.

    Args:
        named: A name such as "replace", or a path.

    Raises:
        VerdictError: If the file cannot be read or a rule is wrong: one line that names
            all that is.
    """
    shipped = list_shipped_rules()
    path = shipped.get(str(named), Path(named))
    return read_strict_toml(
        path,
        Rules,
        what="file of rules",
        hint=f"Name a file of rules, or one of {', '.join(shipped)}.",
        error=VerdictError,
    )
