"""What a scan file states, read without its pixels: as the whole scan says."""

import cv2
import numpy as np
import pytest

from data.errors import ScanFileError
from data.formats import read_scan
from data.formats.facts import read_facts
from tests.data.catalog.made import write_dual


def write(path, pixels):
    cv2.imwrite(str(path), pixels)
    return path


@pytest.mark.parametrize(
    "name", ["dual.tiff", "grey.png", "counts.png", "a.jpg", "b.bmp", "p_high.png"]
)
def test_it_agrees_with_the_scan(tmp_path, name):
    path = tmp_path / name
    if name == "dual.tiff":
        write_dual(path, scanner="S1", containers=("MSKU1234565",))
    else:
        deep = name in {"counts.png", "p_high.png"}
        pixels = np.full(
            (20, 30), 40000 if deep else 200, np.uint16 if deep else np.uint8
        )
        write(path, pixels)
    scan, facts = read_scan(path), read_facts(path)
    assert (facts.size, facts.kind) == (scan.size, scan.kind)
    assert (facts.info.scanner, facts.info.containers) == (
        scan.info.scanner,
        scan.info.containers,
    )


@pytest.mark.parametrize("name", ["a.tiff", "a.png", "a.jpg", "a.txt"])
def test_what_is_no_scan_is_refused(tmp_path, name):
    (tmp_path / name).write_text("hello, hello")
    with pytest.raises(ScanFileError):
        read_facts(tmp_path / name)
