"""The metrics once more, in plain loops: a judge that shares no code with them."""

import itertools
import math


def overlap(a, b):
    """Intersection over union of two boxes."""
    wide = min(a[2], b[2]) - max(a[0], b[0])
    tall = min(a[3], b[3]) - max(a[1], b[1])
    both = max(wide, 0) * max(tall, 0)
    either = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both
    return both / either if either > 0 else 0.0


def match(boxes, scores, truth):
    """Truth of each detection or None: best score first, of equals the first."""
    taken: set[int] = set()
    partner: list[int | None] = [None] * len(boxes)
    for i in sorted(range(len(boxes)), key=lambda i: -scores[i]):
        best, place = 0.0, None
        for j in range(len(truth)):
            common = overlap(boxes[i], truth[j])
            if j not in taken and common > best:
                best, place = common, j
        if place is not None and best >= 0.3:
            partner[i] = place
            taken.add(place)
    return partner


class Counts:
    """Everything counted at one threshold.

    Args:
        scans: Dictionaries with inspection, boxes, scores, truth, ignored, pitch.
        threshold: Score of an alarm.
    """

    def __init__(self, scans, threshold):
        self.found = self.firearms = self.false = 0
        self.offsets = []
        hit: dict[str, bool] = {}
        armed: dict[str, bool] = {}
        alarmed: dict[str, bool] = {}
        soiled: dict[str, bool] = {}
        for scan in scans:
            kept = [i for i, s in enumerate(scan["scores"]) if s >= threshold]
            boxes = [scan["boxes"][i] for i in kept]
            scores = [scan["scores"][i] for i in kept]
            partner = match(boxes, scores, scan["truth"])
            met = [p for p in partner if p is not None]
            self.found += len(met)
            self.firearms += len(scan["truth"])
            for box, p in zip(boxes, partner, strict=True):
                if p is None:
                    excused = any(overlap(box, i) >= 0.3 for i in scan["ignored"])
                    self.false += not excused
                elif scan["pitch"]:
                    self.offsets.append(
                        self.offset(box, scan["truth"][p], scan["pitch"])
                    )
            name = scan["inspection"]
            hit[name] = hit.get(name, False) or bool(met)
            armed[name] = armed.get(name, False) or len(scan["truth"]) > 0
            alarmed[name] = alarmed.get(name, False) or bool(kept)
            soiled[name] = soiled.get(name, False) or (
                len(scan["truth"]) + len(scan["ignored"]) > 0
            )
        self.scans = len(scans)
        self.armed = sum(armed.values())
        self.hit = sum(hit[name] and armed[name] for name in armed)
        self.clean = sum(not s for s in soiled.values())
        self.alarmed = sum(alarmed[n] and not soiled[n] for n in soiled)

    @staticmethod
    def offset(a, b, pitch):
        """Distance of two middles, mm."""
        a, b = ([float(side) for side in box] for box in (a, b))
        x = (a[0] + a[2] - b[0] - b[2]) / 2 * pitch[0]
        y = (a[1] + a[3] - b[1] - b[3]) / 2 * pitch[1]
        return math.hypot(x, y)


def roc_area(scans):
    """Area under Pd of inspections against Pfa, by trapezoids over all thresholds."""
    scores = sorted({s for scan in scans for s in scan["scores"]}, reverse=True)
    points = [(0.0, 0.0)]
    for threshold in scores:
        at = Counts(scans, threshold)
        points.append((at.alarmed / at.clean, at.hit / at.armed))
    points.append((1.0, 1.0))
    return sum(
        (x1 - x0) * (y0 + y1) / 2 for (x0, y0), (x1, y1) in itertools.pairwise(points)
    )
