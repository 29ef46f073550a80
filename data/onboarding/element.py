"""Find how a reading is written: its type and the order of its bytes."""

from typing import Final

import numpy as np
import numpy.typing as npt

from data.onboarding.layout import Element

_SAMPLE_BYTES: Final = 4_000_000
_RATIO: Final = 3.0
_LEAST: Final = 0.02
_RANDOM: Final = 60.0


def find_element(content: bytes) -> Element | None:
    """Tell the type of the readings by how smooth their bytes are.

    In a picture the upper byte of a reading is nearly that of its neighbour, and the
    lower one is mostly noise. The first reading is taken to begin at an even byte.

    Args:
        content: All of a file.

    Returns:
        None if no byte is like its neighbours: packed, enciphered or no picture.

    Example:
        >>> noise = np.random.default_rng(0).integers(0, 900, 20000)
        >>> find_element((30000 + noise).astype(">u2").tobytes()).byte_order
        'big'
    """
    rough = _measure_roughness(_take_middle(content))
    if rough.min() > _RANDOM:
        return None
    wide = np.log(rough[:2] + _LEAST) - np.log(rough[2:] + _LEAST)
    if np.abs(wide).max() > np.log(_RATIO):
        big = rough[0] < rough[3]
        return Element("uint32", "big" if big else "little", _compare(rough, 0, 3))
    even, odd = rough[::2].mean() + _LEAST, rough[1::2].mean() + _LEAST
    if max(even, odd) < _RATIO * min(even, odd):
        return Element("uint8", "little")
    order = "big" if even < odd else "little"
    return Element("uint16", "big" if order == "big" else "little", _compare(rough))


def _compare(rough: npt.NDArray[np.float64], first: int = 0, last: int = 1) -> float:
    pair = sorted((rough[first] + _LEAST, rough[last] + _LEAST))
    return float(pair[1] / pair[0])


def _take_middle(content: bytes) -> npt.NDArray[np.uint8]:
    start = max((len(content) - _SAMPLE_BYTES) // 2, 0) // 4 * 4
    stop = start + min(len(content) - start, _SAMPLE_BYTES) // 4 * 4
    return np.frombuffer(content, np.uint8, stop - start, start)


def _measure_roughness(sample: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """(4,) mean step between bytes at the same place in words of four bytes.

    Steps of two and of four bytes both count: neighbours may be of other planes.
    """
    steps = []
    for apart in (2, 4):
        step = np.abs(sample[apart:].astype(np.int16) - sample[:-apart])
        step = step[: len(step) // 4 * 4].reshape(-1, 4)
        steps.append(step.mean(axis=0))
    return np.asarray(steps[1], np.float64)
