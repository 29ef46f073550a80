"""Project things into a window of a scan, another place and pose each time."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from data.fading import fades
from data.projection.calibration import limit_floor
from data.projection.casting import (
    Cast,
    Variation,
    cast_cutout,
    draw_lying,
    draw_variation,
)
from data.projection.cutout import Cutout
from data.projection.placing import SOMETHING, Room, find_place, shrink_attenuation
from data.projection.projecting import (
    Projected,
    draw_noise,
    measure_visibility,
    place_window,
    project_cast,
)
from data.truth import VISIBLE
from training.config import Projection
from training.prepared import PreparedScan
from training.silhouettes import SHOWN, UNSURE, paint_marks
from training.things import Thing
from training.windows import Labels

Boxes = npt.NDArray[np.float32]
Levels = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
_Found = tuple[Cast, tuple[int, int]]

_TRIES: Final = 12
_INSIDE: Final = 0.9
_FREE: Final = 4
_BEFORE: Final = 0.5
_BAND_PX: Final = 30
_NOTHING: Final = 1e-5


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A window that things are projected into, in place.

    Attributes:
        scan: Which it is from.
        levels: (P, h, w) float32, transmission; changed by `project_thing`.
        wide: (P, h, w) float32, signal from far around; None if unknown.
        inside: (h/2, w/2) bool, where things may lie.
        pitch_mm: Pixel pitch, both axes.
        gamma: Attenuation that darkens the rendering that it becomes by a factor of e;
            None if it stays counts.
        taken: (h/2, w/2) bool, where something lies that nothing else may touch.
    """

    scan: PreparedScan
    levels: Levels
    wide: Levels | None
    inside: Mask
    pitch_mm: float
    gamma: float | None = None
    taken: Mask = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nothing in it."""
        object.__setattr__(self, "taken", np.zeros_like(self.inside))

    def take(self, boxes: Boxes) -> None:
        """Keep things off what is there already."""
        for x0, y0, x1, y1 in (boxes / 2).astype(int):
            rows = slice(max(y0 - _FREE, 0), y1 + _FREE)
            self.taken[rows, max(x0 - _FREE, 0) : x1 + _FREE] = True


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A thing in a window.

    Attributes:
        box: x0, y0, x1, y1, px of the window.
        visible: Whether anybody could see it.
        mask: (h, w) bool, its pixels.
        corner: Column and row of the mask's upper left pixel.
    """

    box: tuple[float, float, float, float]
    visible: bool
    mask: Mask
    corner: tuple[int, int]


def project_thing(
    random: np.random.Generator,
    site: Site,
    thing: Thing,
    settings: Projection,
    *,
    density: float = 1.0,
    lies: bool = False,
) -> Placed | None:
    """Project a thing somewhere into a window.

    Args:
        random: Draws place, pose, thickness and noise.
        site: The window.
        thing: What.
        settings: How true it shall be.
        density: 0 does all as ever, and adds nothing.
        lies: Whether it lies on something, nearly level, if anything bears it.

    Returns:
        Where it is; None if there was no room for it.
    """
    energies = tuple(mv for mv in site.scan.known.energies_mv if mv is not None)
    cutout = thing.cut(energies, len(site.levels))
    found = _lay(random, cutout, site, density) if lies else None
    found = found or _hang(random, cutout, site, density)
    if found is None:
        return None
    cast, corner = found
    seen = _add(random, site, cast, corner, settings)
    box = _find_box(cast, corner)
    site.take(np.array([box], np.float32))
    return Placed(box, seen, cast.mask, corner)


def _lay(
    random: np.random.Generator, cutout: Cutout, site: Site, density: float
) -> _Found | None:
    """A thing on something that bears it; None if nothing does."""
    cast = _cast(cutout, draw_lying(random, cutout), site, density)
    corner = _find_support(random, cast, site)
    return None if corner is None else (cast, corner)


def _hang(
    random: np.random.Generator, cutout: Cutout, site: Site, density: float
) -> _Found | None:
    """A thing anywhere, any way round; None if there is no room for it."""
    cast = _cast(cutout, draw_variation(random), site, density)
    corner = _find_corner(random, cast, site)
    return None if corner is None else (cast, corner)


def _cast(cutout: Cutout, drawn: Variation, site: Site, density: float) -> Cast:
    variation = replace(drawn, density=drawn.density * density)
    pitch = (site.pitch_mm, site.pitch_mm)
    return cast_cutout(cutout, variation, pitch, site.scan.known.blur_px)


def _find_support(
    random: np.random.Generator, cast: Cast, site: Site
) -> tuple[int, int] | None:
    """A place on something that bears a thing, or before it.

    A source above or below a floor shows it as a band, and things lie anywhere on it.
    """
    if not cast.mask.any():
        return None
    attenuation = shrink_attenuation(site.levels[0])
    room = Room(attenuation, site.inside, site.scan.known.wall)
    place = find_place(random, cast, room, site.taken.copy(), amid=False)
    if place is None:
        return None
    lower = place[0], place[1] + 2 * int(random.integers(_BAND_PX // 2 + 1))
    before = random.random() < _BEFORE and _may_lie(site, room, cast, lower)
    return lower if before else place


def _may_lie(site: Site, room: Room, cast: Cast, corner: tuple[int, int]) -> bool:
    """Whether a window shows all of a thing, before what bears it and nothing else."""
    if corner[1] + len(cast.mask) > site.levels.shape[1]:
        return False
    thin = cast.mask[::2, ::2]
    window = place_window((corner[0] // 2, corner[1] // 2), thin.shape)
    behind = room.attenuation[window]
    covered = thin[: behind.shape[0], : behind.shape[1]]
    if not covered.any() or site.taken[window][covered].any():
        return False
    return bool((behind[covered] > SOMETHING).mean() >= _INSIDE)


def _find_corner(
    random: np.random.Generator, cast: Cast, site: Site
) -> tuple[int, int] | None:
    """A place where nearly all of a thing is inside the object, and nothing else is."""
    height, width = cast.mask.shape
    tall, wide = site.levels.shape[1:]
    if not cast.mask.any() or height > tall or width > wide:
        return None
    thin = cast.mask[::2, ::2]
    for _ in range(_TRIES):
        left = 2 * int(random.integers((wide - width) // 2 + 1))
        top = 2 * int(random.integers((tall - height) // 2 + 1))
        window = place_window((left // 2, top // 2), thin.shape)
        if _is_free(site, thin, window):
            return left, top
    return None


def _is_free(site: Site, thin: Mask, window: tuple[slice, slice]) -> bool:
    room = site.inside[window]
    covered = thin[: room.shape[0], : room.shape[1]]
    if not covered.any() or site.taken[window][covered].any():
        return False
    return bool(room[covered].mean() >= _INSIDE)


def _add(
    random: np.random.Generator,
    site: Site,
    cast: Cast,
    corner: tuple[int, int],
    settings: Projection,
) -> bool:
    """Add a thing, and tell whether anybody could see it."""
    known = site.scan.known
    window = place_window(corner, cast.mask.shape)
    floors = _find_floors(site, window)
    made = project_cast(
        site.levels[:, *window],
        cast,
        floors,
        known.energies_mv,
        method="curve" if settings.hardening else "multiply",
        blur_px=known.blur_px,
    )
    planes = made.planes
    if settings.noise:
        planes = planes + draw_noise(random, made, floors, site.scan.noise)
    # What nothing is added to stays as it is, to the last bit.
    levels = site.levels[:, *window]
    site.levels[:, *window] = np.where(made.added > _NOTHING, planes, levels)
    visible = measure_visibility(made, site.scan.noise[0]) >= VISIBLE
    return visible and not _is_hidden(site, cast, made, floors[0])


def _is_hidden(site: Site, cast: Cast, made: Projected, floor: Levels) -> bool:
    """Whether a rendering loses what was added; scattered signal brightens both."""
    if site.gamma is None:
        return False
    bare, shown = (
        -np.log(np.mean(np.exp(-level[cast.mask]) + floor[cast.mask]))
        for level in (made.behind[0], made.behind[0] + made.added[0])
    )
    return fades(float(bare), float(shown - bare), site.gamma)


def _find_floors(site: Site, window: tuple[slice, slice]) -> Levels:
    part = site.levels[:, *window]
    if site.wide is None:
        return np.zeros_like(part)
    wide = site.wide[:, *window]
    share = site.scan.known.scatter
    return np.stack([limit_floor(share, w, p) for w, p in zip(wide, part, strict=True)])


def _find_box(cast: Cast, corner: tuple[int, int]) -> tuple[float, float, float, float]:
    rows, columns = (np.flatnonzero(cast.mask.any(axis=axis)) for axis in (1, 0))
    return (
        float(corner[0] + columns[0]),
        float(corner[1] + rows[0]),
        float(corner[0] + columns[-1] + 1),
        float(corner[1] + rows[-1] + 1),
    )


def add_labels(labels: Labels, placed: Sequence[Placed]) -> Labels:
    """The labels of a window with those of firearms that were projected into it."""
    marks = labels.marks.copy()
    for each in placed:
        paint_marks(marks, each.mask, each.corner, SHOWN if each.visible else UNSURE)
    return Labels(
        np.concatenate([labels.boxes, _gather(placed, visible=True)]),
        np.concatenate([labels.ignored, _gather(placed, visible=False)]),
        marks,
    )


def _gather(placed: Sequence[Placed], *, visible: bool) -> Boxes:
    """Boxes of the things that anybody, or nobody, could see; (N, 4) float32."""
    rows = [each.box for each in placed if each.visible == visible]
    return np.array(rows, np.float32).reshape(-1, 4)
