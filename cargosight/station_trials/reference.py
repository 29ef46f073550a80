"""What a truck's alarms are when nothing goes wrong."""

from collections.abc import Callable, Sequence

from benchmark.live.trucks import Truck
from detector.boxes import Boxes
from detector.bundle import default_bundle_path, read_bundle
from detector.operating_point import OperatingPoint
from detector.pipeline import Detector

Progress = Callable[[int, int], None]


def find_due(
    trucks: Sequence[Truck], least_score: float | None, *, progress: Progress
) -> dict[int, Boxes]:
    """The alarms of the finished scan of each truck, by the bundle that ships.

    Args:
        trucks: Any.
        least_score: In place of the bundle's operating point; None for it.
        progress: Told how many of how many are done.

    Returns:
        (N, 4) boxes for each, px of the scan.
    """
    point = None
    if least_score is not None:
        point = OperatingPoint(name="trial", threshold=least_score)
    detector = Detector(read_bundle(default_bundle_path()), operating_point=point)
    due = {}
    for number, truck in enumerate(trucks):
        due[number] = detector.detect(truck.read()).alarms.boxes
        progress(number + 1, len(trucks))
    return due
