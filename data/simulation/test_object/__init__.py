"""Simulated scans of a test object for image quality, with all that is true of them.

Modules:
    building: the steel that a layout states, as solids.
    scanning: a scan of it by one of the simulated scanners.
    mornings: one scan a day, written to files.
"""

from data.simulation.test_object.mornings import Mornings, write_mornings
from data.simulation.test_object.scanning import ObjectScan, Shot, scan_object

__all__ = ["Mornings", "ObjectScan", "Shot", "scan_object", "write_mornings"]
