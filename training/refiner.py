"""A second look at each answer of a network, and a new score.

A detector ranks what it finds by a cell of its maps; many cells answer for one object,
and a neighbour is heard as well. A small network of its own is shown what the
detector's two finest maps hold of an answer, at one size, and has nothing to tell but
whether it is a firearm. After Girshick, "Fast R-CNN" (ICCV 2015), whose second stage
looks so, and Cheng et al., "Revisiting RCNN: on awakening the classification power of
Faster RCNN" (ECCV 2018), who join its score with that of a detector which is left as
it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import torch
from torch import Tensor, nn
from torchvision.ops import roi_align

MARK: Final = "refiner"
"""Says in a network's layout that its answers are looked at again."""

LEAST_SCORE: Final = 0.03
"""Answers below are not looked at: what a detector hardly believes stays so."""

WHOLE_SCORE: Final = 0.06
"""Score from which a new one counts in full; in between it fades in, so that answers
change smoothly with a detector's."""

MOST: Final = 64
"""Answers of a tile that are looked at, at most, best first: it bounds the time."""

APART: Final = (0.45, 0.55)
"""Intersection over union with a better answer up to which one is scored anew, and from
which it keeps its score: else each of many answers for one firearm would be raised."""

CELLS: Final = 8
"""Side of what is shown of an answer, cells."""

AROUND: Final = 1.4
"""Side of the square that they cover, as a share of the answer's longer side."""

LEAST_SIDE: Final = 64.0
"""That side at least, px of the tile: what is small is not enlarged."""

MAPS: Final = 2
"""Maps that are looked at, finest first."""

_WIDTH: Final = 64
_SAMPLES: Final = 2
_TINY: Final = 1e-6

Maps = list[Tensor]


class Refiner(nn.Module):
    """Tells of places in tiles how likely each shows what a detector took it for.

    Args:
        channels: Of each map that it is shown.
        strides: Side of their cells, px of the tile.
    """

    def __init__(self, channels: list[int], strides: list[int]) -> None:
        super().__init__()
        self._scales = [1 / stride for stride in strides]
        self.reduce = nn.ModuleList(_Layer(each, _WIDTH, 1) for each in channels)
        wide = _WIDTH * 3 // 2
        self.layers = nn.Sequential(
            _Layer(_WIDTH * len(channels), wide, 1),
            _Block(wide),
            _Layer(wide, wide, 3, 2),
            _Block(wide),
        )
        self.last = nn.Conv2d(2 * wide, 1, 1)

    def forward(self, maps: Maps, places: Tensor) -> Tensor:
        """What each place shows.

        Args:
            maps: Of the detector, (N, C, h, w) each, finest first.
            places: (M, 5) float32, number of its tile, x0 y0 x1 y1 in px of it.

        Returns:
            (M,) logits, over 0 for what is rather a firearm.
        """
        squares = _square(places)
        shown = [
            reduce(
                roi_align(each.float(), squares, CELLS, scale, _SAMPLES, aligned=True)
            )
            for reduce, each, scale in zip(
                self.reduce, maps, self._scales, strict=False
            )
        ]
        seen = self.layers(torch.cat(shown, 1))
        both = [seen.mean((2, 3), keepdim=True), seen.amax((2, 3), keepdim=True)]
        logits: Tensor = self.last(torch.cat(both, 1)).flatten()
        return logits

    @contextmanager
    def listening(self, head: nn.Module) -> Iterator[list[Maps]]:
        """Overhear the maps that a detector's head is given, run by run.

        Args:
            head: Its last layer.
        """
        heard: list[Maps] = []
        hook = head.register_forward_pre_hook(
            lambda _, given: heard.append(list(given[0]))
        )
        try:
            yield heard
        finally:
            hook.remove()

    def refine(self, maps: Maps, answers: Tensor) -> Tensor:
        """Score answers anew, where they are worth it; best first.

        Args:
            maps: Of the detector, (N, C, h, w) each, finest first.
            answers: (N, K, 6) float32, of a detector, best first: box in px, score,
                class.

        Returns:
            The same answers, with the scores of `rescore_best`.
        """
        scores = self.rescore_best(maps, answers)
        scores, order = scores.topk(scores.shape[1], dim=1)
        rows = answers.gather(1, order[..., None].expand(-1, -1, 6))
        return torch.cat([rows[..., :4], scores[..., None], rows[..., 5:]], -1)

    def rescore_best(self, maps: Maps, answers: Tensor) -> Tensor:
        """Scores of answers, those of each tile's best 64 anew: see `rescore`.

        Args:
            maps: Of the detector, (N, C, h, w) each, finest first.
            answers: (N, K, 6) float32, best first.

        Returns:
            (N, K), in the order of the answers.
        """
        anew = self.rescore(maps, answers[:, :MOST])
        return torch.cat([anew, answers[:, MOST:, 4]], 1)

    def rescore(self, maps: Maps, answers: Tensor, *, apart: bool = True) -> Tensor:
        """New scores of answers; those of 0.03 and less stay, see `renew_scores`.

        Args:
            maps: Of the detector, (N, C, h, w) each, finest first.
            answers: (N, K, 6) float32, best first.
            apart: Whether what lies on a better answer keeps its score.

        Returns:
            (N, K).
        """
        flat, scores = answers.reshape(-1, 6), answers[..., 4].reshape(-1)
        chosen = scores.topk(scores.shape[0])[1][: _count(scores)]
        tiles = (answers[..., :1] * 0 + 1).cumsum(0).reshape(-1, 1) - 1
        places = torch.cat([tiles, flat[:, :4]], 1)[chosen]
        anew = renew_scores(scores[chosen], self(maps, places).float())
        anew = scores.scatter(0, chosen, anew).view_as(answers[..., 4])
        if not apart:
            return anew
        lead = _lead(answers)
        return lead * anew + (1 - lead) * answers[..., 4]


class _Layer(nn.Sequential):
    """A convolution, normalised, with SiLU behind."""

    def __init__(self, before: int, after: int, side: int, stride: int = 1) -> None:
        super().__init__(
            nn.Conv2d(before, after, side, stride, side // 2, bias=False),
            nn.BatchNorm2d(after),
            nn.SiLU(),
        )


class _Block(nn.Module):
    """Two layers that add to what comes in."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(_Layer(width, width, 3), _Layer(width, width, 3))

    def forward(self, seen: Tensor) -> Tensor:
        """(M, C, H, W) to the same."""
        more: Tensor = seen + self.layers(seen)
        return more


def join_scores(scores: Tensor, logits: Tensor) -> Tensor:
    """A score whose odds are the geometric mean of a score's and of a logit's.

    Written without a logarithm, which graphs of bundles do without.

    Args:
        scores: (M,) from 0 to 1.
        logits: (M,) of a refiner.

    Example:
        >>> joined = join_scores(torch.tensor([0.8]), torch.tensor([0.0]))  # odds 4, 1
        >>> round(joined.item(), 3)
        0.667
    """
    told = logits.sigmoid()
    odds = (scores * told / ((1 - scores) * (1 - told) + _TINY)).sqrt()
    return odds / (1 + odds)


def renew_scores(scores: Tensor, logits: Tensor) -> Tensor:
    """Scores of a detector and what a refiner says, joined: in full from 0.06 on.

    Args:
        scores: (M,) from 0 to 1; those of 0.03 and less stay as they are.
        logits: (M,) of a refiner.
    """
    over = torch.relu(scores - LEAST_SCORE) / (WHOLE_SCORE - LEAST_SCORE)
    share = 1 - torch.relu(1 - over)
    return share * join_scores(scores, logits) + (1 - share) * scores


def _square(places: Tensor) -> Tensor:
    """Squares around places, of what a refiner is shown."""
    middle = (places[:, 1:3] + places[:, 3:]) / 2
    longest = (places[:, 3:] - places[:, 1:3]).amax(1, keepdim=True) * AROUND
    half = (LEAST_SIDE + torch.relu(longest - LEAST_SIDE)) / 2
    return torch.cat([places[:, :1], middle - half, middle + half], 1)


def _lead(answers: Tensor) -> Tensor:
    """(N, K) how far each answer lies apart from every better one, 0 to 1."""
    boxes, labels = answers[..., :4], answers[..., 5]
    ours, theirs = boxes[:, :, None], boxes[:, None]
    first = ours[..., :2] + torch.relu(theirs[..., :2] - ours[..., :2])
    last = ours[..., 2:] - torch.relu(ours[..., 2:] - theirs[..., 2:])
    both = _measure_area(torch.relu(last - first))
    areas = _measure_area(boxes[..., 2:] - boxes[..., :2])
    shares = both / (areas[:, :, None] + areas[:, None] - both + _TINY)
    least, most = APART
    over = torch.relu(shares - least) / (most - least)
    same = 1 - torch.relu(1 - over)
    alike = (labels[:, :, None] == labels[:, None]).float()
    rank = (labels * 0 + 1).cumsum(1)
    better = torch.relu(rank[:, :, None] - rank[:, None]).bool().float()
    return 1 - (same * alike * better).amax(2)


def _measure_area(sides: Tensor) -> Tensor:
    return sides[..., 0] * sides[..., 1]


def _count(scores: Tensor) -> Tensor:
    """How many of (A,) scores are worth a second look, 1 where none is.

    With operators that graphs may have; runtimes want something to do.
    """
    count = torch.relu(scores - LEAST_SCORE).bool().long().cumsum(0)[-1]
    return count + (count == 0).long()


def refines(network: Any) -> bool:
    """Whether a network's answers are looked at again."""
    return bool(network.yaml.get(MARK, False))


def let_refine(network: Any) -> None:
    """Give a network a refiner that has yet to learn, if it has none.

    Args:
        network: A detector of Ultralytics.
    """
    if isinstance(getattr(network, "refiner", None), Refiner):
        return
    head = network.model[-1]
    channels = [layers[0].conv.in_channels for layers in head.cv2][:MAPS]
    strides = [int(each) for each in head.stride][:MAPS]
    weight = next(network.parameters())
    network.refiner = Refiner(channels, strides).to(weight.device)
    network.yaml[MARK] = True


def forget_refiner(network: Any) -> None:
    """Take its refiner from a network; it answers as it did before.

    Args:
        network: A detector of Ultralytics.
    """
    if refines(network):
        del network.refiner
        network.yaml.pop(MARK)
