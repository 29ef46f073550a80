"""What a vendor's screen shows, as frames and as video files."""

from typing import Any

import cv2
import numpy as np

AIR = 235
"""Grey level of a blank screen."""


def make_scan(width=600, height=240, seed=0):
    """(H, W, 3) uint8: a container with a wall of ribs and cargo of many shapes."""
    random = np.random.default_rng(seed)
    grey = np.full((height, width), AIR, np.float32)
    top, bottom = height // 8, height - height // 10
    grey[top:bottom, 20 : width - 20] = 190
    grey[top:bottom, 20 : width - 20] += 8 * np.sin(np.arange(width - 40) * 0.6)
    for _ in range(width // 12):
        x, y = random.integers(25, width - 60), random.integers(top, bottom - 20)
        w, h = random.integers(5, 45, 2)
        grey[y : min(y + h, bottom), x : min(x + w, width - 22)] *= random.uniform(
            0.3, 0.9
        )
    blurred = cv2.GaussianBlur(grey, (3, 3), 0)
    return np.repeat(blurred.clip(0, 255).astype(np.uint8)[..., None], 3, axis=2)


def make_blank(width, height):
    """An empty screen."""
    return np.full((height, width, 3), AIR, np.uint8)


def scroll_frames(scan, width=320, step=11.0, *, right=False, tail=0):
    """Frames of a scan that comes in sideways, px a frame; `tail` px of air follow."""
    height, columns = scan.shape[:2]
    empty = make_blank(width, height)
    after = make_blank(max(tail, 1), height)[:, :tail]
    strip = np.concatenate([empty, scan, after], axis=1)
    end = columns + tail
    for k in range(int(np.ceil(end / step)) + 1):
        at = min(round(k * step), end)
        frame = strip[:, at : at + width]
        yield frame[:, ::-1] if right else frame


def hold(frame, seconds, rate=25):
    """A frame that stays."""
    return [frame] * round(seconds * rate)


def add_pointer(frames, side=14, seed=0):
    """The same frames with a mouse pointer that wanders."""
    random = np.random.default_rng(seed)
    for frame in frames:
        height, width = frame.shape[:2]
        x, y = random.integers(0, width - side), random.integers(0, height - side)
        pointed = frame.copy()
        pointed[y : y + side, x : x + side] = 0
        yield pointed


def add_noise(frames, sigma=2.0, seed=0):
    """The same frames with noise in every pixel."""
    random = np.random.default_rng(seed)
    fields: list[np.ndarray[Any, Any]] = []
    for index, frame in enumerate(frames):
        if len(fields) < 5:
            fields.append(random.normal(0, sigma, frame.shape).astype(np.int16))
        yield (frame + fields[index % 5]).clip(0, 255).astype(np.uint8)


def write_video(path, frames, rate=25, margin=0):
    """A compressed video (MJPG); `margin` px of something else around the region."""
    frames = [
        cv2.copyMakeBorder(
            frame,
            margin,
            margin,
            margin,
            margin,
            cv2.BORDER_CONSTANT,
            value=(60, 90, 30),
        )
        for frame in frames
    ]
    size = frames[0].shape[1::-1]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), rate, size)
    for frame in frames:
        writer.write(np.ascontiguousarray(frame[..., ::-1]))
    writer.release()
