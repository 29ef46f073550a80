"""What `cargosight retrain` was asked."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a retraining.

    Attributes:
        champion: Folder of the bundle in service.
        dataset: The new scans with truth.
        suites: Folders of the sealed suites that decide; at least one.
        calibrations: Folders of calibration suites, one for a graph at most; without
            one a graph keeps the operating point of a draft.
        replay: An old dataset, so that what was known is not lost.
        replay_share: Share of the tiles that are drawn from it; None for the usual.
        config: TOML with settings of the training; None for the usual ones.
        rules: Name or file of the rules of the verdict.
        pfa: Share of clean inspections that may alarm where it is calibrated.
        devices: What trains; None for what `config` says.
        device: What runs the bundles on the suites.
        threads: Of the CPU that does; None for all cores.
    """

    champion: Path
    dataset: Path
    suites: tuple[Path, ...]
    calibrations: tuple[Path, ...] = ()
    replay: Path | None = None
    replay_share: float | None = None
    config: Path | None = None
    rules: str = "replace"
    pfa: float = 0.05
    devices: str | None = None
    device: str = "cpu"
    threads: int | None = None
