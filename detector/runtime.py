"""Run a network on tiles; the only module that imports onnxruntime."""

import contextlib
import io
import re
from collections import Counter
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt
import onnxruntime  # type: ignore[import-untyped]

from data.errors import BundleError, DeviceError
from detector.ports import check_shape, check_tiles, read_input, read_output

TileBatch = npt.NDArray[np.uint8]
Answers = npt.NDArray[np.float32]

PROVIDERS: Final = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "openvino": "OpenVINOExecutionProvider",
    "tensorrt": "TensorrtExecutionProvider",
}
"""What each device is called by onnxruntime."""

PACKAGES: Final = {
    "cpu": "onnxruntime",
    "cuda": "onnxruntime-gpu",
    "openvino": "onnxruntime-openvino",
    "tensorrt": "onnxruntime-gpu and TensorRT",
}
"""What has to be installed, in place of plain onnxruntime, for each device."""

NVIDIA: Final = frozenset({"cuda", "tensorrt"})

SETTINGS: Final[dict[str, dict[str, str]]] = {
    "cpu": {},
    "cuda": {"use_tf32": "0"},
    "openvino": {"device_type": "CPU", "precision": "FP32"},
    "tensorrt": {},
}
"""Settings of each provider, so that it counts in the 24 bits that the CPU counts in.

By default CUDA rounds to 11 bits in convolutions, and OpenVINO takes the 16 bits that
its device likes best. TensorRT has no such setting here."""

FIXED_BATCH: Final[dict[str, int]] = {"cuda": 16, "tensorrt": 16}
"""Tiles that a device is given at once, filled up with black ones.

For every number of tiles that is new to it cuDNN tries its kernels anew: on an H100
that took 1.3 to 3.2 s, against 15 to 26 ms for 16 tiles of 640 px afterwards. Scans
have some tiles more or less each: run as they came, four at once, they took 2.5 s each
there, and 0.55 s on the CPU beside it (medians of 12, while a training ran). So graphs
that take tiles of any shape are given squares of one side there."""

BATCH: Final = 4
"""Tiles a call for other runtimes: more do not pay on a CPU and cost memory."""

QUIET: Final = 4
"""Severity from which onnxruntime logs: fatal errors. The rest is raised."""


class Runtime(Protocol):
    """Something that finds objects in tiles."""

    def run(self, tiles: TileBatch) -> Answers:
        """Find objects in a batch of tiles.

        Args:
            tiles: (N, 3, H, W) uint8, the planes of N encoded tiles.

        Returns:
            (N, K, 6) float32: x0 y0 x1 y1, px of the tile; score, 0 to 1; class. Rows
            with a score of 0 are padding.
        """
        ...  # pragma: no cover


def count_batch(runtime: Runtime) -> int:
    """How many tiles a runtime is best given at once.

    Args:
        runtime: Says it as its `batch`, or is given as many as a CPU.

    Example:
        >>> count_batch(FixedRuntime(np.zeros((1, 1, 6), np.float32)))
        4
    """
    return int(getattr(runtime, "batch", BATCH))


class FixedRuntime:
    """A runtime for tests: it gives stated answers, whatever the tiles show.

    Args:
        answers: (M, K, 6) float32, one for each tile in the order in which tiles come;
            after the last comes the first again.

    Raises:
        BundleError: If the answers have another shape or are not finite.

    Example:
        >>> runtime = FixedRuntime(np.float32([[[0, 0, 9, 9, 0.9, 0]]]))
        >>> runtime.run(np.zeros((2, 3, 32, 32), np.uint8)).shape
        (2, 1, 6)
    """

    def __init__(self, answers: Answers) -> None:
        self._answers = _check_answers(answers, len(answers))
        self._given = 0

    def run(self, tiles: TileBatch) -> Answers:
        """Give the next answers, see `Runtime.run`."""
        check_tiles(tiles, None)
        places = (self._given + np.arange(len(tiles))) % len(self._answers)
        self._given += len(tiles)
        return self._answers[places]


class OnnxRuntime:
    """Runs an ONNX graph on one device.

    Made, it is sure of this much: the device's provider stands first in the session,
    and it took nodes of the graph. onnxruntime leaves nodes to the CPU that a provider
    has no kernel for, and small sums over shapes by design; `placement` counts them.

    Args:
        graph: The bytes of the graph, already verified: see `detector.bundle`. It takes
            one uint8 [N, 3, S, S] with a fixed S, or [N, 3, H, W] with any H and W, and
            gives one float32 [N, K, 6].
        device: "cpu", "cuda", "openvino" or "tensorrt".
        threads: Threads on the CPU; None for one per physical core.
        side: Side of the squares that a GPU is made ready for, px, if the graph takes
            tiles of any shape. Others run there too, but the first of each waits.

    Attributes:
        device: As given.
        takes: The graph's input.
        gives: The graph's output.
        placement: How many nodes run on which provider, the device's own first.

    Raises:
        BundleError: If the graph cannot be loaded or is not of that form.
        DeviceError: If the device is unknown or not there, could not be started, or
            would run nothing of the graph.
    """

    def __init__(
        self,
        graph: bytes,
        *,
        device: str = "cpu",
        threads: int | None = None,
        side: int | None = None,
    ) -> None:
        self.device = device
        _check_offered(device)
        self._session = _start_session(graph, device, threads)
        self.placement = _count_nodes(self._session, PROVIDERS[device])
        self._check_device()
        self.takes = read_input(self._session.get_inputs())
        self.gives = read_output(self._session.get_outputs())
        self._square = self.tile_side or side
        if device in FIXED_BATCH and self._square:
            # The first time takes seconds: not while a scan waits.
            self.run(np.zeros((1, 3, self._square, self._square), np.uint8))

    @property
    def tile_side(self) -> int | None:
        """Width and height of the tiles it takes, px; None if they are free."""
        return self.takes.shape[-1]

    @property
    def free(self) -> bool:
        """Whether it takes tiles of any shape.

        Then height and width are multiples of 32 px from 128 to 4096.
        """
        return self.tile_side is None

    @property
    def batch(self) -> int:
        """Tiles that it is best given at once: fewer may take as long."""
        return FIXED_BATCH.get(self.device, BATCH)

    def run(self, tiles: TileBatch) -> Answers:
        """Find objects in a batch of tiles, see `Runtime.run`.

        Raises:
            BundleError: If the tiles do not fit the graph, the graph fails on them, or
                answers in another shape or with numbers that are not finite.
        """
        check_tiles(tiles, self.tile_side)
        if self.free:
            check_shape(tiles)
        if len(tiles) == 0:
            return np.zeros((0, 0, 6), np.float32)
        try:
            answers = self._run(tiles)
        except Exception as error:
            msg = f"The graph failed on {len(tiles)} tiles: {_first_line(error)}"
            raise BundleError(msg) from error
        return _check_answers(answers, len(tiles))

    def _run(self, tiles: TileBatch) -> Answers:
        count = FIXED_BATCH.get(self.device)
        if count is None or tiles.shape[2:] != (self._square, self._square):
            return self._answer(tiles)
        parts = [tiles[first : first + count] for first in range(0, len(tiles), count)]
        answers = [self._answer(_fill(part, count))[: len(part)] for part in parts]
        return np.concatenate(answers)

    def _answer(self, tiles: TileBatch) -> Answers:
        (answers,) = self._session.run(None, {self.takes.name: tiles})
        return np.asarray(answers)

    def _check_device(self) -> None:
        met = self._session.get_providers()[0]
        if met == PROVIDERS[self.device] and not self.placement[met]:
            met = " and ".join(name for name, nodes in self.placement.items() if nodes)
        if met != PROVIDERS[self.device]:
            msg = (
                f"Asked for {self.device}, but the network would run on {met}. Install "
                f"{PACKAGES[self.device]} with its drivers, or choose --device cpu."
            )
            raise DeviceError(msg)


def available_devices() -> tuple[str, ...]:
    """Devices that the installed onnxruntime was built for, "cpu" first.

    One whose driver or libraries are missing is among them: only `OnnxRuntime` tells.

    Example:
        >>> available_devices()[0]
        'cpu'
    """
    offered = onnxruntime.get_available_providers()
    return tuple(device for device, name in PROVIDERS.items() if name in offered)


def _check_offered(device: str) -> None:
    if device not in PROVIDERS:
        msg = f"There is no device {device!r}. Choose one of {', '.join(PROVIDERS)}."
        raise DeviceError(msg)
    if device not in available_devices():
        msg = (
            f"The device {device} is not to be had: {PROVIDERS[device]} is not "
            f"installed. Install {PACKAGES[device]}, or choose --device cpu."
        )
        raise DeviceError(msg)


def _start_session(graph: bytes, device: str, threads: int | None) -> Any:
    onnxruntime.set_default_logger_severity(QUIET)
    if device in NVIDIA:
        # Finds CUDA and cuDNN where pip put them; prints what it does not find.
        with contextlib.redirect_stdout(io.StringIO()):
            onnxruntime.preload_dlls()
    try:
        return _load(graph, device, threads)
    except Exception as error:
        if device != "cpu" and _loads(graph):
            msg = (
                f"The device {device} cannot run the graph: {_first_line(error)} "
                f"Install {PACKAGES[device]} with its drivers, or choose --device cpu."
            )
            raise DeviceError(msg) from error
        msg = f"The graph cannot be loaded: {_first_line(error)}"
        raise BundleError(msg) from error


def _loads(graph: bytes) -> bool:
    """Whether a graph loads on the CPU: then what failed was the device."""
    try:
        _load(graph, "cpu", 1)
    except Exception:  # noqa: BLE001 - whatever it was, the graph is at fault
        return False
    return True


def _load(graph: bytes, device: str, threads: int | None) -> Any:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = QUIET
    options.intra_op_num_threads = threads or 0
    options.inter_op_num_threads = 1
    # For each new shape a pattern would allot memory anew: 95 shapes of up to 1.4 Mpx,
    # 2 threads, left 246 MB resident with and 190 MB without, in the same time. Without
    # the arena as well it was 256 MB at the peak, and slower by a sixth.
    options.enable_mem_pattern = False
    options.add_session_config_entry("session.load_model_format", "ONNX")
    options.add_session_config_entry("session.record_ep_graph_assignment_info", "1")
    settings = dict(SETTINGS[device])
    if device == "openvino" and threads is not None:
        settings["num_of_threads"] = str(threads)
    # Without `enable_fallback=0` a device that fails is silently replaced.
    return onnxruntime.InferenceSession(
        graph, options, providers=[(PROVIDERS[device], settings)], enable_fallback=0
    )


def _count_nodes(session: Any, first: str) -> dict[str, int]:
    counts = Counter({first: 0})
    for part in session.get_provider_graph_assignment_info():
        counts[part.ep_name] += len(part.get_nodes())
    return dict(counts)


def _fill(tiles: TileBatch, count: int) -> TileBatch:
    """Black tiles after the others, so that there are so many."""
    more = np.zeros((count - len(tiles), *tiles.shape[1:]), np.uint8)
    return np.concatenate([tiles, more]) if len(more) else tiles


def _check_answers(answers: Answers, count: int) -> Answers:
    shape = np.shape(answers)
    if len(shape) != 3 or shape[0] != count or shape[2] != 6:
        msg = f"The graph answered {shape} to {count} tiles, not ({count}, K, 6)."
        raise BundleError(msg)
    if not np.isfinite(answers).all():
        msg = "The graph answered with numbers that are not finite. Export it again."
        raise BundleError(msg)
    return np.asarray(answers, np.float32)


def _first_line(error: Exception) -> str:
    """What an error says first, without the place in the library's source."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    line = lines[0].removeprefix("[ONNXRuntimeError] : ")
    return re.sub(r"^/\S+:\d+ .*?\) ", "", line)
