"""Bags drawn with random things in them, and copies of their scans."""

import cv2
import numpy as np

from data.scan import Scan


def draw_bag(seed):
    """A bag of 40 things in air: (420, 560, 3) uint8."""
    random = np.random.default_rng(seed)
    grey = np.full((420, 560), 255, np.uint8)
    cv2.rectangle(grey, (40, 40), (520, 380), 215, -1)
    for _ in range(40):
        x, y = (int(random.integers(60, side)) for side in (500, 360))
        level = int(random.integers(20, 200))
        size = int(random.integers(6, 40))
        if random.random() < 0.5:
            end = (x + size, y + int(random.integers(-30, 30)))
            cv2.line(grey, (x, y), end, level, int(random.integers(2, 9)))
        else:
            turn = float(random.uniform(0, 180))
            box = cv2.boxPoints(((x, y), (size, size / 2 + 4), turn)).astype(int)
            cv2.fillPoly(grey, [box], level)
    noisy = grey + random.normal(0, 2, grey.shape)
    return np.repeat(np.clip(noisy, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def scan_of(picture):
    """A display scan."""
    return Scan(display=np.ascontiguousarray(picture))


def save_again(picture, quality):
    """Through a JPEG of some quality."""
    packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return cv2.imdecode(packed, cv2.IMREAD_COLOR)


def crop(picture, part, random):
    """A part of the area, anywhere."""
    height, width = (int(side * part**0.5) for side in picture.shape[:2])
    y = int(random.integers(0, picture.shape[0] - height + 1))
    x = int(random.integers(0, picture.shape[1] - width + 1))
    return picture[y : y + height, x : x + width]


def scale(picture, factor):
    """Larger or smaller by a factor."""
    return cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)


def brighten(picture, gamma):
    """By another grey curve."""
    return np.rint(255 * (picture / 255.0) ** gamma).astype(np.uint8)


def turn(picture, degrees):
    """The same thing, laid on the belt another way."""
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 0.9)
    return cv2.warpAffine(picture, matrix, (width, height), borderValue=(255,) * 3)


def copy_forty(picture):
    """The picture as 40 files would have it, all of them different."""
    random = np.random.default_rng(5)
    mirrored = [picture, picture[:, ::-1], picture[::-1], picture[::-1, ::-1]]
    copies = [
        *mirrored,
        *(save_again(picture, q) for q in range(50, 98, 6)),
        *(crop(picture, part, random) for part in np.linspace(0.52, 0.9, 12)),
        *(scale(picture, factor) for factor in np.linspace(0.7, 1.4, 6)),
        *(brighten(picture, gamma) for gamma in np.linspace(0.6, 1.5, 6)),
        *(save_again(crop(m, 0.7, random), 70) for m in mirrored),
    ]
    assert len(copies) == 40
    return copies
