"""Labels of other programs, read as truth and written from it.

Modules:
    registry: The formats by name; the way in.
    labelling: What label files say, and what is wrong with them.
    checking: Labels against the pictures they belong to.
    coco, cvat, label_studio, voc, yolo_folder: One reader a format, and the writers
        of COCO and Pascal VOC.
    cvat_task, label_studio_tasks, yolo_writing: The other writers.
    yolo: YOLO label files and their data.yaml.
    sheet, notes: What all readers share: pictures with marks, and our notes in them.
    naming, outlines, json_text, xml_text: What formats are made of.
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
