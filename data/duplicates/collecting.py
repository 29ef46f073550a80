"""Fingerprints of many files: in several processes, and only once for each content."""

import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from data.duplicates.fingerprint import Fingerprint, fingerprint_scan
from data.duplicates.shrinking import hash_content
from data.errors import DatasetError
from data.files import replacing
from data.parallel import map_ordered


def fingerprint_scans(
    paths: Sequence[Path],
    *,
    cache: Path | None = None,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> list[Fingerprint]:
    """Take the fingerprints of scans.

    Args:
        paths: Their files.
        cache: An .npz file that keeps them by content, read if it is there and written
            when all are taken. It then holds those of these files and of before.
        workers: Processes, 1 or more.
        progress: Called with how many files are done and how many there are.

    Returns:
        One for each file, in order.

    Raises:
        ScanFileError: If a file cannot be read.
        DatasetError: If the cache cannot be read.
    """
    known = read_cache(cache) if cache is not None and cache.exists() else {}
    hashes = [hash_content(path) for path in paths]
    missing = {h: p for h, p in zip(hashes, paths, strict=True) if h not in known}
    taken = dict(known)
    done = len(paths) - len(missing)
    for fingerprint in map_ordered(fingerprint_scan, missing.values(), workers=workers):
        taken[fingerprint.sha256] = fingerprint
        done += 1
        if progress is not None:
            progress(done, len(paths))
    if cache is not None and missing:
        write_cache(cache, taken)
    return [taken[h] for h in hashes]


def read_cache(path: Path) -> dict[str, Fingerprint]:
    """Read fingerprints by the hash of their file; those of other versions are left.

    Args:
        path: An .npz file, as `write_cache` writes it.

    Raises:
        DatasetError: If it cannot be read.
    """
    found: dict[str, Fingerprint] = {}
    try:
        with np.load(path, allow_pickle=False) as packed:
            for name in packed.files:
                fingerprint = Fingerprint.from_bytes(packed[name].tobytes())
                found[fingerprint.sha256] = fingerprint
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        msg = f"{path} holds no fingerprints ({error}). Delete it: it is made again."
        raise DatasetError(msg) from error
    return found


def write_cache(path: Path, fingerprints: Mapping[str, Fingerprint]) -> None:
    """Write fingerprints by the hash of their file; it appears whole or not at all.

    Args:
        path: An .npz file.
        fingerprints: By the hash of their file.
    """
    arrays = {
        sha256: np.frombuffer(fingerprint.to_bytes(), np.uint8)
        for sha256, fingerprint in fingerprints.items()
    }
    with replacing(path) as draft, draft.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
