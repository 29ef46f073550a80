"""Damaged files: every reader gives a scan or one of our errors, and prints nothing."""

import os
import struct
import threading

import numpy as np
import pytest
import tifffile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import CargosightError
from data.formats import load_profile, read_scan, write_scan
from data.formats.codec import decode
from data.scan import Scan
from tests.data.formats.samples import encode, make_colour, make_dual, make_plane

PROFILE = load_profile("ase").model_copy(update={"sizes": (), "width": 8})
NAMES = ["n.tiff", "p.tif", "c.tif", "a_high.png", "g.png", "d.png", "j.jpg", "b.bmp"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("damage")
    write_scan(make_dual(), folder / "n.tiff")
    tifffile.imwrite(folder / "p.tif", make_plane(), rowsperstrip=4)
    write_scan(Scan(display=make_colour()), folder / "c.tif")
    for name in ("a_high.png", "a_low.png", "g.png"):
        (folder / name).write_bytes(encode(".png", make_plane()))
    (folder / "d.png").write_bytes(encode(".png", make_colour()))
    (folder / "j.jpg").write_bytes(encode(".jpg", make_colour()))
    (folder / "b.bmp").write_bytes(encode(".bmp", make_colour()))
    header = b"IM\0\0" + struct.pack("12x")
    (folder / "r.ase").write_bytes(header + np.zeros((9, 24), "<u2").tobytes())
    return folder


def try_damaged(path, content, tmp_path) -> None:
    damaged = tmp_path / path.name
    damaged.write_bytes(content)
    try:
        scan = read_scan(damaged, pixel_budget=10**6, profile=PROFILE)
    except CargosightError as error:
        assert "\n" not in str(error)  # noqa: PT017 - a scan is as good
        assert path.name in str(error)  # noqa: PT017
    else:
        assert isinstance(scan, Scan)


@pytest.mark.parametrize("name", [*NAMES, "r.ase"])
def test_whole_files_are_read(folder, name):
    assert isinstance(read_scan(folder / name, profile=PROFILE), Scan)


@pytest.mark.parametrize("name", [*NAMES, "r.ase"])
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_flipped_bits_give_a_scan_or_our_error(folder, name, data, tmp_path, capfd):
    content = bytearray((folder / name).read_bytes())
    # Headers and directories, which lead a reader astray, lie at either end.
    place = st.integers(0, len(content) - 1) | st.integers(
        0, min(400, len(content)) - 1
    )
    for index in data.draw(st.lists(place, min_size=1, max_size=4)):
        content[index] ^= data.draw(st.integers(1, 255))
    try_damaged(folder / name, bytes(content), tmp_path)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_truncated_file_is_never_read(folder, name, data, tmp_path, capfd):
    content = (folder / name).read_bytes()
    keep = data.draw(st.integers(0, len(content) - 2))
    damaged = tmp_path / name
    damaged.write_bytes(content[:keep])
    with pytest.raises(CargosightError):
        read_scan(damaged)
    assert capfd.readouterr() == ("", "")


def test_what_other_threads_print_while_a_picture_decodes_is_passed_on(tmp_path, capfd):
    content = encode(".jpg", make_colour(640, 480))
    stop = threading.Event()
    written: list[bytes] = []

    def print_lines():
        while not stop.is_set():
            written.append(b"line %d\n" % len(written))
            os.write(2, written[-1])

    thread = threading.Thread(target=print_lines)
    thread.start()
    for _ in range(20):
        decode(content, tmp_path / "a.jpg", 1)
    stop.set()
    thread.join()
    said = capfd.readouterr().err.splitlines()
    assert sorted(said) == sorted(line.decode().strip() for line in written)
