"""Cut-outs and scans that the tests of projection share."""

from dataclasses import replace

import cv2
import numpy as np

from data.projection.cutout import Cutout
from data.scan import Scan, ScanInfo

ENERGIES = (6.0, 4.0)
PITCH = (4.0, 4.0)


def make_cutout(pitch=1.0, **changes):
    """An L of 120 x 80 mm and 40 mm thick strokes, 0.5 and 0.58 nepers."""
    size = round(140 / pitch), round(100 / pitch)
    mask = np.zeros(size[::-1], bool)
    edge, stroke = round(10 / pitch), round(40 / pitch)
    mask[edge : edge + stroke, edge : -edge or None] = True
    mask[edge : -edge or None, edge : edge + stroke] = True
    planes = np.stack([0.5 * mask, 0.58 * mask]).astype(np.float32)
    whole = Cutout(
        attenuation=planes,
        mask=mask,
        pitch_mm=(pitch, pitch),
        kind="pistol",
        group="one",
        energies_mv=ENERGIES,
        blur_px=0.0,
    )
    return replace(whole, **changes)


def make_box(seed=0, air_noise=0.003, shape=(240, 400)):
    """Transmission of an empty box with a thick floor, then half full."""
    planes = []
    rng = np.random.default_rng(seed)
    for more in (1.0, 1.15):
        alpha = np.zeros(shape, np.float32)
        alpha[30:200, 20:380] = 0.2 * more
        alpha[170:200, 20:380] = 1.5 * more
        alpha[80:170, 220:360] = 1.2 * more
        plane = cv2.GaussianBlur(np.exp(-alpha), (0, 0), 0.5)
        noise = rng.standard_normal(shape) * air_noise * np.sqrt(plane)
        planes.append((plane + noise).astype(np.float32))
    return planes


def make_scan(planes=None, *, energies=ENERGIES, pitch=PITCH, low=True):
    """Counts of a box, air 60000 and dark 500."""
    counts = [
        np.rint(500 + plane * 59500).astype(np.uint16) for plane in planes or make_box()
    ]
    height = counts[0].shape[0]
    count = 2 if low else 1
    return Scan(
        high=counts[0],
        low=counts[1] if low else None,
        air=np.full((count, height), 60000, np.float32),
        dark=np.full((count, height), 500, np.float32),
        info=ScanInfo(
            pitch_mm=pitch, energies_mv=energies[:count], containers=("XSMU0000011",)
        ),
    )


def make_picture(gamma=2.4):
    """The box as a grey picture."""
    shown = np.clip(make_box()[0], 0, 1) ** (1 / gamma)
    grey = np.rint(255 * shown).astype(np.uint8)
    return Scan(
        display=np.repeat(grey[..., None], 3, axis=2), info=ScanInfo(pitch_mm=PITCH)
    )
