"""Which firearms and false alarms are shown."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from benchmark.evaluation.ledger import FalseRow, FirearmRow, Ledger
from benchmark.metrics.matching import LEAST_IOU
from detector.boxes import iou_matrix

Rank = tuple[float, ...]


def choose_misses(ledger: Ledger, most: int) -> list[int]:
    """Firearms that were missed, the most visible first.

    Args:
        ledger: Of the evaluation.
        most: How many at the most; one of each group before a second of any.

    Returns:
        Their numbers in the ledger.
    """
    missed = [n for n, row in enumerate(ledger.firearms) if not row.found]
    return _pick_firearms(ledger, missed, most)


def choose_hits(ledger: Ledger, most: int) -> list[int]:
    """Firearms that were found, spread evenly from the most to the least visible.

    Args:
        ledger: Of the evaluation.
        most: How many at the most.

    Returns:
        Their numbers in the ledger.
    """
    found = [n for n, row in enumerate(ledger.firearms) if row.found]
    order = sorted(found, key=lambda n: _visibility(ledger.firearms[n]))
    places = np.linspace(0, len(order) - 1, min(most, len(order))).round().astype(int)
    return [order[place] for place in places]


def choose_false_alarms(ledger: Ledger, most: int) -> list[int]:
    """Alarms that met nothing, the highest score first.

    Args:
        ledger: Of the evaluation.
        most: How many at the most; one of each group before a second of any.

    Returns:
        Their numbers in the ledger.
    """
    wrong = [n for n, row in enumerate(ledger.false_alarms) if row.alarm]
    return _pick_alarms(ledger, wrong, most)


def choose_changes(first: Ledger, second: Ledger, most: int) -> list[int]:
    """Firearms that the second bundle found and the first missed, most visible first.

    Args:
        first: Of one bundle.
        second: Of the other, on the same suite.
        most: How many at the most.

    Returns:
        Their numbers in both ledgers.
    """
    both = zip(first.firearms, second.firearms, strict=True)
    gained = [n for n, (one, two) in enumerate(both) if two.found and not one.found]
    return _pick_firearms(second, gained, most)


def choose_new_alarms(first: Ledger, second: Ledger, most: int) -> list[int]:
    """False alarms of the second bundle where the first has none.

    Args:
        first: Of one bundle.
        second: Of the other, on the same suite.
        most: How many at the most.

    Returns:
        Their numbers in the second ledger, the highest score first.
    """
    old = _group_alarms(first)
    new = [
        number
        for number, row in enumerate(second.false_alarms)
        if row.alarm and not _lies_on(row, old.get(row.scan, []))
    ]
    return _pick_alarms(second, new, most)


def _group_alarms(ledger: Ledger) -> dict[int, list[FalseRow]]:
    found: dict[int, list[FalseRow]] = {}
    for row in ledger.false_alarms:
        if row.alarm:
            found.setdefault(row.scan, []).append(row)
    return found


def _lies_on(row: FalseRow, others: Sequence[FalseRow]) -> bool:
    boxes = np.array([other.box for other in others], np.float32).reshape(-1, 4)
    own = np.array([row.box], np.float32)
    return bool((iou_matrix(own, boxes) >= LEAST_IOU).any())


def _pick_firearms(ledger: Ledger, numbers: Iterable[int], most: int) -> list[int]:
    order = sorted(numbers, key=lambda n: _visibility(ledger.firearms[n]))
    return _spread(order, lambda n: _home(ledger, ledger.firearms[n].scan), most)


def _pick_alarms(ledger: Ledger, numbers: Iterable[int], most: int) -> list[int]:
    order = sorted(numbers, key=lambda n: -ledger.false_alarms[n].score)
    return _spread(order, lambda n: _home(ledger, ledger.false_alarms[n].scan), most)


def _home(ledger: Ledger, scan: int) -> str:
    return ledger.scans[scan].scan.group


def _visibility(row: FirearmRow) -> Rank:
    """Sorts the most visible first, what is not known last."""
    truth = row.truth
    x0, y0, x1, y1 = truth.box
    return (
        np.inf if truth.signal_to_noise is None else -truth.signal_to_noise,
        np.inf if truth.contrast is None else -truth.contrast,
        -(x1 - x0) * (y1 - y0),
    )


def _spread(order: Sequence[int], home: Callable[[int], str], most: int) -> list[int]:
    """The first of each group before a second of any, in the order given."""
    seen: set[str] = set()
    fresh: list[int] = []
    rest: list[int] = []
    for number in order:
        (rest if home(number) in seen else fresh).append(number)
        seen.add(home(number))
    chosen = {*(fresh + rest)[:most]}
    return [number for number in order if number in chosen]
