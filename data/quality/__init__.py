"""The image quality of a scanner, measured on a scan of a test object.

Modules:
    measuring: all figures of one scan.
    layout, layouts/*.toml, toml_file: what a test object is, what is measured on it.
    expecting, locating, placement: where it is in a scan.
    plane, plane_quality, patches: what is measured on one plane.
    contrast, wires, edges, air, lines, registration: how.
    limits, figures: from what is seen to figures.
"""

from data.quality.figures import FIGURES, Figure, FigureKind, show_value
from data.quality.layout import STANDARD, Layout, load_layout
from data.quality.measuring import Quality, measure_quality
from data.quality.patches import PatchReading
from data.quality.plane_quality import Fault

__all__ = [
    "FIGURES",
    "STANDARD",
    "Fault",
    "Figure",
    "FigureKind",
    "Layout",
    "PatchReading",
    "Quality",
    "load_layout",
    "measure_quality",
    "show_value",
]
