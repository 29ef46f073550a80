"""What one epoch of a training came to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Epoch:
    """One epoch.

    Attributes:
        number: Of the epoch, from 1.
        epochs: How many there will be at most.
        loss: Mean training loss.
        learning_rate: At its last step.
        pd: Share of the visible firearms of the validation scans that are found where
            no more clean ones raise an alarm than `TrainingConfig.pfa` allows; None
            where too few of them are clean to tell.
        ap50: Average precision on the whole validation scans at IoU 0.5.
        ap50_95: Its mean over IoU 0.5 to 0.95.
        seconds: How long it took, validation included, s.
        kept: Whether its checkpoint became the best so far.
    """

    number: int
    epochs: int
    loss: float
    learning_rate: float
    pd: float | None
    ap50: float
    ap50_95: float
    seconds: float
    kept: bool
