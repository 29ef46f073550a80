"""Labels of other programs, read as truth.

Modules:
    yolo: YOLO label files and their data.yaml.
"""

from data.annotations.yolo import (
    YoloLayout,
    find_yolo_labels,
    read_yolo_labels,
    read_yolo_layout,
)

__all__ = [
    "YoloLayout",
    "find_yolo_labels",
    "read_yolo_labels",
    "read_yolo_layout",
]
