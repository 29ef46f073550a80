"""Planes and simulated scans that tests of image quality measure."""

from functools import lru_cache

import numpy as np

from data.quality import load_layout, measure_quality
from data.quality.plane import Plane
from data.simulation import SCANNERS
from data.simulation.imaging.defects import Defect
from data.simulation.test_object import Shot, scan_object

LAYOUT = load_layout()
SMALL, DUAL, FINE = "simulated 6 MV", "simulated 6/3.5 MV", "simulated 9/6 MV"


def make_plane(transmission, *, dead=(), fired=None):
    """A plane of given transmission, some of whose rows cannot be relied on."""
    levels = np.asarray(transmission, np.float32)
    alive = np.ones(levels.shape[0], bool)
    alive[list(dead)] = False
    counts = np.clip(np.rint(levels * 60000), 0, 65535).astype(np.uint16)
    columns = np.ones(levels.shape[1], bool) if fired is None else fired
    return Plane("high", counts, levels, alive, columns)


@lru_cache(maxsize=64)
def shoot(scanner=SMALL, seed=1, number=0, defects=()):
    """A simulated scan of the standard test object; defects are (kind, severity)."""
    family = next(s for s in SCANNERS if s.name == scanner)
    wrong = tuple(Defect(kind=kind, severity=severity) for kind, severity in defects)
    return scan_object(LAYOUT, Shot(family, seed, number, wrong))


@lru_cache(maxsize=64)
def measure(scanner=SMALL, seed=1, number=0, defects=()):
    """What is measured on it."""
    return measure_quality(shoot(scanner, seed, number, defects).scan, LAYOUT)


def value(quality, key):
    """The value of a figure that must have been measured."""
    return quality.find(key).value
