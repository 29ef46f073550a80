"""A named threshold, and what it was measured to find and to raise by mistake."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Interval = tuple[Share, Share]


class OperatingPoint(BaseModel):
    """The score from which a detection is an alarm.

    Attributes:
        name: What people call it, such as "normal".
        threshold: Least score of an alarm, 0 to 1.
        pd: Share of firearms that raised an alarm of their own; None if not measured.
        pd_interval: Its 95 % interval, (low, high).
        pfa: Share of clean scans that raised any alarm; None if not measured.
        pfa_interval: Its 95 % interval, (low, high).
        suite: What it was measured on; None if not measured.
        calibrated: Whether the threshold was chosen for a wanted Pfa on a calibration
            suite. A draft's threshold was not.

    Example:
        >>> OperatingPoint(name="draft", threshold=0.25).summary
        'draft >= 0.25, not measured'
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: Annotated[str, Field(min_length=1, max_length=64)]
    threshold: Share
    pd: Share | None = None
    pd_interval: Interval | None = None
    pfa: Share | None = None
    pfa_interval: Interval | None = None
    suite: str | None = None
    calibrated: bool = False

    @property
    def summary(self) -> str:
        """The point in a few words, for a caption."""
        start = f"{self.name} >= {self.threshold:.2f}"
        if self.pd is None or self.pfa is None:
            return f"{start}, not measured"
        return f"{start}, Pd {self.pd:.0%} at Pfa {self.pfa:.1%} on {self.suite}"

    @model_validator(mode="after")
    def _check_measures(self) -> Self:
        for name, share, interval in (
            ("pd", self.pd, self.pd_interval),
            ("pfa", self.pfa, self.pfa_interval),
        ):
            if (share is None) != (interval is None):
                msg = f"{name} and {name}_interval come together or not at all"
                raise ValueError(msg)
            if share is not None and interval is not None:
                _check_inside(name, share, interval)
        if (self.pd is not None or self.pfa is not None) and self.suite is None:
            msg = "a measured operating point names the suite it was measured on"
            raise ValueError(msg)
        if self.calibrated and (self.pd is None or self.pfa is None):
            msg = "a calibrated operating point has a measured pd and pfa"
            raise ValueError(msg)
        return self


def _check_inside(name: str, share: float, interval: Interval) -> None:
    low, high = interval
    if not low <= share <= high:
        msg = f"{name} {share:g} lies outside its interval {low:g} to {high:g}"
        raise ValueError(msg)
