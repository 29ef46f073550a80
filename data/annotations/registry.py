"""The label formats that are read and written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from data.annotations.coco import read_coco, write_coco
from data.annotations.cvat import read_cvat
from data.annotations.cvat_task import write_cvat
from data.annotations.label_studio import read_label_studio
from data.annotations.label_studio_tasks import write_label_studio
from data.annotations.labelling import LabelledFile, Labels, LabelWish
from data.annotations.voc import read_voc, write_voc
from data.annotations.yolo_folder import read_yolo
from data.annotations.yolo_writing import write_yolo

Read = Callable[[Path, LabelWish], Labels]
Write = Callable[[Sequence[LabelledFile], Path], None]


@dataclass(frozen=True, slots=True)
class LabelFormat:
    """A label format.

    Attributes:
        name: What it is called on the command line.
        read: Reads a file, or a folder for YOLO and Pascal VOC. Lists what is wrong
            with labels; raises TruthError if there are none of this format.
        write: Writes such a file or folder, whole or not at all. Raises TruthError.
    """

    name: str
    read: Read
    write: Write


_FORMATS: Final = (
    LabelFormat("coco", read_coco, write_coco),
    LabelFormat("yolo", read_yolo, write_yolo),
    LabelFormat("voc", read_voc, write_voc),
    LabelFormat("label-studio", read_label_studio, write_label_studio),
    LabelFormat("cvat", read_cvat, write_cvat),
)

LABEL_FORMATS: Final[dict[str, LabelFormat]] = {each.name: each for each in _FORMATS}
"""By name."""
