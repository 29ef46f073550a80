"""Scenes that are quick to make: a box of castings, posts and walls before a fan."""

from dataclasses import dataclass

import numpy as np

LENGTH_MM, WIDTH_MM = 6058.0, 2438.0


@dataclass(frozen=True)
class Fan:
    """Where the source is, and how fine the picture is."""

    pitch: tuple[float, float] = (8.0, 8.0)
    distance: float = 7000.0
    source: float = -300.0
    height: float = 2591.0
    before: float = 400.0
    above: float = 150.0
    below: float = 700.0

    @property
    def k(self):
        """Pixels per unit of tangent."""
        return self.distance / self.pitch[1]

    def row(self, y, z):
        """Row of a point, px."""
        near = self.distance - WIDTH_MM / 2
        top = self.k * (self.height + self.above - self.source) / near
        return top - self.k * (y - self.source) / (self.distance + z)

    @property
    def shape(self):
        """Rows and columns of the picture."""
        rows = int(self.row(-self.below, -WIDTH_MM / 2))
        return rows, int((LENGTH_MM + 2 * self.before) / self.pitch[0])


def draw_box(alpha, fan, x, y, z, amount):
    """Add a thin box at one depth: attenuation `amount` all over it."""
    columns = [round((fan.before + each) / fan.pitch[0]) for each in x]
    rows = sorted(round(float(fan.row(each, z))) for each in y)
    alpha[max(rows[0], 0) : max(rows[1], 0), columns[0] : columns[1]] += amount


def draw_container(fan=Fan()):
    """Attenuation of an empty container on a chassis, (H, W)."""
    alpha = np.zeros(fan.shape)
    length, height = LENGTH_MM, fan.height
    for z in (-WIDTH_MM / 2, WIDTH_MM / 2):
        inner = z - np.sign(z) * 162
        draw_box(alpha, fan, (0, length), (0, height), z, 0.1)
        for start in (0.0, length - 178):
            span = (start, start + 178)
            draw_box(alpha, fan, span, (118, height - 118), z, 0.8)
            for low in (0.0, height - 118):
                for depth in np.linspace(z, inner, 6):
                    draw_box(alpha, fan, span, (low, low + 118), depth, 0.5)
    draw_box(alpha, fan, (0, length), (0, 150), 0, 1.5)
    draw_box(alpha, fan, (200, 5500), (-600, -250), 0, 1.0)
    for x in (900.0, 2500.0, 4000.0):
        draw_box(alpha, fan, (x, x + 700), (150, 1400), 0, 0.9)
        draw_box(alpha, fan, (x + 150, x + 400), (500, 900), 0, 0.6)
    return alpha


def expose(alpha, seed=0, *, air=50000.0, noise=0.004, gain=0.02):
    """Counts of a plane, (H, W) uint16."""
    rng = np.random.default_rng(seed)
    rows = 1 + gain * np.clip(rng.standard_normal((len(alpha), 1)), -2, 2)
    scatter = 1 + noise * rng.standard_normal(alpha.shape)
    return np.clip(300 + air * np.exp(-alpha) * rows * scatter, 0, 65535).astype("u2")


def expose_dual(fan=Fan(), *, seed=0):
    """High and low planes of a container."""
    alpha = draw_container(fan)
    return expose(alpha, seed), expose(1.15 * alpha, seed + 1)


def pack(planes, *, order="stacked", dtype="<u2", header=b"", footer=b""):
    """A raw file."""
    join = {
        "stacked": lambda: np.concatenate(planes, axis=0),
        "side_by_side": lambda: np.concatenate(planes, axis=1),
        "interleaved": lambda: np.stack(planes, axis=-1),
    }
    return header + join[order]().astype(dtype).tobytes() + footer
