"""Write tasks of Label Studio: truth as annotations, predictions as predictions."""

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from data.annotations.labelling import LabelledFile, Size
from data.annotations.naming import check_names, write_address, writing_file
from data.annotations.notes import NOTE, note_object, note_scan
from data.errors import TruthError
from data.truth import Truth, TruthObject


def write_label_studio(files: Sequence[LabelledFile], path: Path) -> None:
    """Write tasks that Label Studio imports, one a line.

    Objects that a bundle predicted become predictions, one for each bundle, with its
    name and scores: they are offered to the person, and not read back as truth. A
    picture with nothing but predictions gets no annotation: nobody has looked at it.

    Args:
        files: Pictures with their truth. Those with objects need their size.
        path: The JSON file. Its tasks find the pictures in local storage.

    Raises:
        TruthError: If a name cannot be written, a size is missing, or the file cannot
            be written.
    """
    check_names(files)
    tasks = [_to_task(number, each) for number, each in enumerate(files, 1)]
    with writing_file(path) as draft:
        text = ",\n".join(map(json.dumps, tasks))
        draft.write_text(f"[\n{text}\n]\n", encoding="utf-8")


def _to_task(number: int, labelled: LabelledFile) -> dict[str, Any]:
    address = write_address(labelled.file)
    drawn: list[TruthObject] = []
    predicted: dict[str, list[TruthObject]] = defaultdict(list)
    for thing in labelled.truth.objects:
        origin = thing.origin
        if origin and origin.how == "prediction":
            predicted[origin.bundle or ""].append(thing)
        else:
            drawn.append(thing)
    looked = drawn or not _is_pending(labelled.truth)
    return {
        "id": number,
        "data": {"image": address, NOTE: note_scan(labelled)},
        "annotations": [{"result": _to_regions(labelled, drawn)}] if looked else [],
        "predictions": [
            _to_prediction(labelled, bundle, things)
            for bundle, things in predicted.items()
        ],
    }


def _is_pending(truth: Truth) -> bool:
    """Whether nobody has looked at it yet, going by what is not drawn."""
    said = truth.origin
    return bool(truth.objects) or (said is not None and said.how == "prediction")


def _to_prediction(
    labelled: LabelledFile, bundle: str, things: list[TruthObject]
) -> dict[str, Any]:
    regions = _to_regions(labelled, things)
    for region, thing in zip(regions, things, strict=True):
        region["score"] = _score(thing)
    best = max(map(_score, things))
    return {"model_version": bundle, "score": best, "result": regions}


def _score(thing: TruthObject) -> float:
    return (thing.origin and thing.origin.score) or 0.0


def _to_regions(
    labelled: LabelledFile, things: list[TruthObject]
) -> list[dict[str, Any]]:
    if not things:
        return []
    if labelled.size is None:
        msg = (
            f"{labelled.file} cannot be written for Label Studio: its size is not "
            "known, and boxes are percent of it. State it."
        )
        raise TruthError(msg)
    size = labelled.size
    return [_to_region(f"c{i}", thing, size) for i, thing in enumerate(things, 1)]


def _to_region(name: str, thing: TruthObject, size: Size) -> dict[str, Any]:
    x0, y0, x1, y1 = thing.box
    width, height = size
    return {
        "id": name,
        "type": "rectanglelabels",
        "from_name": "label",
        "to_name": "image",
        "original_width": width,
        "original_height": height,
        "image_rotation": 0,
        "value": {
            "x": 100 * x0 / width,
            "y": 100 * y0 / height,
            "width": 100 * (x1 - x0) / width,
            "height": 100 * (y1 - y0) / height,
            "rotation": 0,
            "rectanglelabels": [thing.label],
        },
        "meta": {NOTE: note_object(thing)},
    }
