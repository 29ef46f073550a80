"""SAHI on an ONNX graph that stock Ultralytics runs, with a clock."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from data.environment import prepare_environment
from data.errors import TrainingError
from data.scan import Picture
from detector.detections import Detections
from training.base import first_line

OVERLAP: Final = 0.2
"""Share of a slice that its neighbour has too."""

PROVIDER: Final = "CPUExecutionProvider"


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """What was seen in a picture.

    Attributes:
        found: Detections, px of the picture, best first.
        elapsed_s: From the picture to SAHI's list of detections, s.
        session_s: Of it, in onnxruntime's session, s.
        merge_s: Of it, in SAHI's joining of boxes, s.
    """

    found: Detections
    elapsed_s: float
    session_s: float
    merge_s: float


class _TimedSession:
    """A session of onnxruntime that knows how long it ran."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self.spent_s = 0.0

    def get_inputs(self) -> Any:
        """What the graph takes."""
        return self._session.get_inputs()

    def run(self, names: Sequence[str], given: dict[str, Any]) -> Any:
        """Run the graph."""
        started = time.perf_counter()
        answers = self._session.run(names, given)
        self.spent_s += time.perf_counter() - started
        return answers


class Slicer:
    """A network that SAHI leads over pictures slice by slice.

    Args:
        model: As SAHI loads it.
        side: Width and height of a slice, px.

    Attributes:
        side: As given.
    """

    def __init__(self, model: Any, side: int) -> None:
        self.side = side
        self._model = model
        self._session: _TimedSession | None = None

    def look(self, picture: Picture, batch: int) -> Sight:
        """Find objects in a picture.

        Args:
            picture: (h, w, 3) uint8, as large as a slice or larger.
            batch: Slices a call.
        """
        from sahi.predict import get_sliced_prediction  # noqa: PLC0415 - loaded before

        session = self._session or _TimedSession(None)
        before = session.spent_s
        started = time.perf_counter()
        seen = get_sliced_prediction(
            picture,
            self._model,
            slice_height=self.side,
            slice_width=self.side,
            overlap_height_ratio=OVERLAP,
            overlap_width_ratio=OVERLAP,
            perform_standard_pred=False,
            # Under a least score of 0.1 SAHI would drop boxes in place of joining them.
            force_postprocess_type=True,
            batch_size=batch,
            verbose=0,
        )
        elapsed = time.perf_counter() - started
        return Sight(
            _as_detections(seen.object_prediction_list),
            elapsed_s=elapsed,
            session_s=session.spent_s - before,
            merge_s=float(seen.durations_in_seconds["postprocess"]),
        )

    def count(self, picture: Picture) -> int:
        """How many slices a picture is cut into."""
        from sahi.slicing import get_slice_bboxes  # noqa: PLC0415 - loaded before

        height, width = picture.shape[:2]
        slices = get_slice_bboxes(
            height,
            width,
            slice_height=self.side,
            slice_width=self.side,
            overlap_height_ratio=OVERLAP,
            overlap_width_ratio=OVERLAP,
        )
        return len(slices)

    def take_threads(self, place: Path, threads: int) -> None:
        """Give Ultralytics the threads that it is asked to have, once it has run.

        By itself it has torch leave all cores but one idle, and knows no way to state
        onnxruntime's threads.

        Args:
            place: The graph.
            threads: How many.
        """
        import torch  # noqa: PLC0415 - loaded before

        torch.set_num_threads(threads)
        backend = self._model.model.predictor.model.backend
        options = backend.session.get_session_options()
        options.intra_op_num_threads = threads
        session = type(backend.session)(str(place), options, providers=[PROVIDER])
        self._session = backend.session = _TimedSession(session)


def load_slicer(place: Path, *, side: int, threads: int, least_score: float) -> Slicer:
    """Load a graph as a user of SAHI and Ultralytics does.

    Args:
        place: The graph, see `training.plain.stock_graph`.
        side: Width and height of a slice, px: those of its tiles.
        threads: Of the CPU.
        least_score: Detections below are left out.

    Raises:
        TrainingError: If SAHI is not installed, or they cannot run the graph.
    """
    prepare_environment()
    try:
        from sahi import AutoDetectionModel  # noqa: PLC0415 - few have or need it
    except ModuleNotFoundError as error:
        msg = f"The peer needs {error.name}. Run `pip install sahi`, or use --no-peer."
        raise TrainingError(msg) from error
    from ultralytics import YOLO  # noqa: PLC0415 - reads its environment

    logging.getLogger("sahi").setLevel(logging.ERROR)  # it would write over the bars
    try:
        model = AutoDetectionModel.from_pretrained(
            "ultralytics",
            model=YOLO(str(place), task="detect"),
            confidence_threshold=least_score,
            device="cpu",
            image_size=side,
        )
        slicer = Slicer(model, side)
        slicer.look(np.zeros((side, side, 3), np.uint8), 1)
        slicer.take_threads(place, threads)
    except Exception as error:  # SAHI, Ultralytics and onnxruntime raise anything
        msg = (
            f"Ultralytics cannot run {place.name}: {first_line(error)}. "
            "Race without it: --no-peer."
        )
        raise TrainingError(msg) from error
    return slicer


def _as_detections(rows: Sequence[Any]) -> Detections:
    """SAHI's list as columns, best score first."""
    ordered = sorted(rows, key=lambda one: one.score.value, reverse=True)
    boxes = [one.bbox.to_xyxy() for one in ordered]
    return Detections(
        np.array(boxes, np.float32).reshape(-1, 4),
        np.array([one.score.value for one in ordered], np.float32),
        np.array([one.category.id for one in ordered], np.int64),
    )
