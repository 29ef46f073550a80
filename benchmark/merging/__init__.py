"""How well what tiles saw is joined.

Modules:
    scenes: what tiles see of firearms, drawn, with truth.
    figures: how much of it comes out whole, and how much apart.
"""

from benchmark.merging.figures import (
    Merge,
    MergingFigures,
    MergingScore,
    measure_merging,
    merge_scene,
    score_scene,
)
from benchmark.merging.scenes import Scene, draw_scene

__all__ = [
    "Merge",
    "MergingFigures",
    "MergingScore",
    "Scene",
    "draw_scene",
    "measure_merging",
    "merge_scene",
    "score_scene",
]
