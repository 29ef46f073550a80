"""Which scans are worth comparing: those whose corners, or views, are alike at large.

The codes of corners are counted by visual word (a bag of features), in plain and in
mirrored order, and counts are compared by one matrix product a block. Mirrored views
find what has too few corners.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from data.duplicates.fingerprint import Codes, Fingerprint
from data.scan import Picture

Floats = npt.NDArray[np.float32]

WORDS: Final = 2048
"""Most visual words."""

_CODES_A_WORD: Final = 20
_SAMPLE: Final = 60_000
_AXES: Final = 64
_ROUNDS: Final = 5
_BLOCK: Final = 512


@dataclass(frozen=True, slots=True)
class Words:
    """Visual words: the centres of like codes.

    Attributes:
        axes: (256, A) float32, the directions in which codes differ most.
        centres: (W, A) float32, the words along these axes.
    """

    axes: Floats
    centres: Floats

    def count(self, codes: Codes) -> Floats:
        """Square roots of how often each word occurs: (W,) float32."""
        if not len(codes):
            return np.zeros(len(self.centres), np.float32)
        nearest = _find_nearest(_to_signs(codes) @ self.axes, self.centres)
        counts = np.bincount(nearest, minlength=len(self.centres))
        return np.sqrt(counts).astype(np.float32)


def find_candidates(
    fingerprints: Sequence[Fingerprint], most: int
) -> list[tuple[int, int]]:
    """List pairs of scans that may show one thing.

    Args:
        fingerprints: Of N scans.
        most: How many of its likest to list for each scan by corners; a quarter as
            many again by views.

    Returns:
        Pairs (i, j), i < j, ascending.
    """
    pairs: set[tuple[int, int]] = set()
    if len(fingerprints) < 2:
        return []
    plain, mirrored = count_words(fingerprints)
    for start, alike in _compare(plain, [plain, mirrored]):
        _take_likest(pairs, start, alike, most)
    views = np.stack([_describe_view(f.coarse) for f in fingerprints], axis=1)
    for start, alike in _compare(views[0], [*views]):
        _take_likest(pairs, start, alike, -(-most // 4))
    return sorted(pairs)


def count_words(fingerprints: Sequence[Fingerprint]) -> tuple[Floats, Floats]:
    """Weigh the words of scans, in plain and in mirrored order.

    Args:
        fingerprints: Of N scans.

    Returns:
        Two (N, W) float32 of unit length, rare words weighing more. Of a scan without
        corners all is 0.
    """
    words = learn_words([f.codes for f in fingerprints])
    plain = np.stack([words.count(f.codes) for f in fingerprints])
    met = np.count_nonzero(plain, axis=0)
    weights = np.log((1 + len(plain)) / (1 + met)).astype(np.float32)
    plain = _to_unit(plain * weights)
    mirrored = np.stack([words.count(f.mirror_codes) for f in fingerprints])
    return plain, _to_unit(mirrored * weights)


def learn_words(codes: Sequence[Codes]) -> Words:
    """Learn visual words from codes, the same from the same.

    Args:
        codes: (n, 32) uint8 of each scan.
    """
    random = np.random.default_rng(0)
    every = np.concatenate([*codes, np.empty((0, 32), np.uint8)])
    if not len(every):
        every = np.zeros((1, 32), np.uint8)
    sample = every[random.permutation(len(every))[:_SAMPLE]]
    signs = _to_signs(sample)
    axes = np.linalg.eigh(signs.T @ signs)[1][:, -_AXES:].astype(np.float32)
    placed = signs @ axes
    count = min(WORDS, max(1, len(every) // _CODES_A_WORD))
    centres = placed[random.permutation(len(placed))[:count]]
    for _ in range(_ROUNDS):
        centres = _move(centres, placed)
    return Words(axes, centres)


def _move(centres: Floats, placed: Floats) -> Floats:
    """One round of k-means; a centre that nothing is near to stays."""
    nearest = _find_nearest(placed, centres)
    counts = np.bincount(nearest, minlength=len(centres))
    order = np.argsort(nearest, kind="stable")
    met = np.flatnonzero(counts)
    starts = np.concatenate([[0], np.cumsum(counts[met])[:-1]])
    moved = centres.copy()
    moved[met] = np.add.reduceat(placed[order], starts, axis=0) / counts[met, None]
    return moved


def _find_nearest(placed: Floats, centres: Floats) -> npt.NDArray[np.int64]:
    half = (centres**2).sum(axis=1) / 2
    blocks = [
        (placed[i : i + 8192] @ centres.T - half).argmax(axis=1)
        for i in range(0, len(placed), 8192)
    ]
    return np.concatenate(blocks)


def _to_signs(codes: Codes) -> Floats:
    return np.unpackbits(codes, axis=1).astype(np.float32) * 2 - 1


def _describe_view(coarse: Picture) -> Floats:
    """A coarse view of unit length, and its mirror images: (4, D) float32."""
    level = coarse.astype(np.float32) - coarse.mean()
    mirrors = [level, level[:, ::-1], level[::-1], level[::-1, ::-1]]
    return _to_unit(np.stack([m.ravel() for m in mirrors]))


def _to_unit(rows: Floats) -> Floats:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-6), np.float32)


def _compare(rows: Floats, others: Sequence[Floats]) -> Iterator[tuple[int, Floats]]:
    """The best likeness of a block of rows to any of several kinds of all others."""
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK]
        alike = block @ others[0].T
        for other in others[1:]:
            np.maximum(alike, block @ other.T, out=alike)
        own = np.arange(len(block))
        alike[own, start + own] = -1
        yield start, alike


def _take_likest(
    pairs: set[tuple[int, int]], start: int, alike: npt.NDArray[Any], most: int
) -> None:
    most = min(most, alike.shape[1] - 1)
    likest = np.argpartition(alike, -most, axis=1)[:, -most:] if most else alike[:, :0]
    for row, columns in enumerate(likest):
        for j in columns.tolist():
            if alike[row, j] > 0:
                pairs.add((min(start + row, j), max(start + row, j)))
