"""Which reader reads which file, and files that are no files."""

import os
import re
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from data.errors import ScanFileError
from data.formats import find_scans, read_scan, registry
from tests.data.formats.samples import make_dual

ENDINGS = [".tiff", ".tif", ".png", ".jpg", ".jpeg", ".bmp", "_high.png"]


class Format:
    """A plug-in for files that hold nothing but their kind."""

    endings = (".NEW",)

    @staticmethod
    def read(path, pixel_budget):
        """Read a scan, something else, or fail."""
        text = path.read_text(encoding="utf-8")
        if text == "bad":
            raise KeyError(pixel_budget)
        return make_dual() if text == "scan" else text


class Thief(Format):
    """A plug-in that wants an ending of ours."""

    endings = (".png",)


class Broken:
    """A plug-in without endings."""


@pytest.fixture
def plug_in(monkeypatch):
    def install(plug):
        name = plug.__name__
        points = [EntryPoint(name, f"{__name__}:{name}", registry.GROUP)]
        monkeypatch.setattr(registry, "entry_points", lambda **_: points)

    registry._load_plugins.cache_clear()  # noqa: SLF001
    yield install
    registry._load_plugins.cache_clear()  # noqa: SLF001


def write(path, text) -> Any:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_plug_in_reads_its_ending(tmp_path, plug_in):
    plug_in(Format)
    path = write(tmp_path / "a.new", "scan")
    assert read_scan(path).kind == "dual"
    assert [str(scan.name) for scan in find_scans([tmp_path])] == ["a.new"]


def test_what_a_plug_in_does_wrong_is_one_line(tmp_path, plug_in):
    plug_in(Format)
    with pytest.raises(ScanFileError, match="plug-in Format: KeyError"):
        read_scan(write(tmp_path / "a.new", "bad"))
    with pytest.raises(ScanFileError, match="gives no scan in format plug-in Format"):
        read_scan(write(tmp_path / "a.new", "nothing"))


def test_a_plug_in_never_replaces_our_own_format(tmp_path, plug_in):
    plug_in(Thief)
    with pytest.raises(ScanFileError, match="is not a PNG file"):
        read_scan(write(tmp_path / "a.png", "scan"))


@pytest.mark.parametrize("plug", [Broken, re])
def test_a_plug_in_that_does_not_load_is_named(tmp_path, plug_in, plug):
    plug_in(plug)
    with pytest.raises(ScanFileError, match=f"plug-in {plug.__name__} does not load"):
        read_scan(write(tmp_path / "a.new", "scan"))


def test_an_unknown_ending_lists_the_known_ones(tmp_path):
    path = write(tmp_path / "a.xyz", "x")
    with pytest.raises(ScanFileError, match=re.escape(".jpeg, .jpg, .png, .tif")):
        read_scan(path)


@pytest.mark.parametrize("ending", ENDINGS)
def test_missing_empty_foreign_and_folder_are_one_line_each(tmp_path, ending):
    path = tmp_path / f"a{ending}"
    with pytest.raises(ScanFileError, match="does not exist"):
        read_scan(path)
    path.touch()
    with pytest.raises(ScanFileError, match="is empty"):
        read_scan(path)
    path.write_bytes(b"GIF89a" + bytes(50))
    with pytest.raises(ScanFileError, match="looks like GIF"):
        read_scan(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(ScanFileError, match="is a folder"):
        read_scan(path)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_that_may_not_be_read_is_one_line(tmp_path, ending, monkeypatch):
    def refuse(self, mode):
        raise PermissionError(13, "Permission denied", str(self), mode)

    path = write(tmp_path / f"a{ending}", "x")
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ScanFileError, match="may not be read by this user"):
        read_scan(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
def test_a_pipe_is_refused_instead_of_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.png")
    with pytest.raises(ScanFileError, match="is not an ordinary file"):
        read_scan(tmp_path / "a.png")


@pytest.mark.parametrize("name", ["a\0.png", "a\0_high.png", "n" * 300 + "_low.png"])
def test_a_name_that_no_file_can_have_is_one_line(tmp_path, name):
    with pytest.raises(ScanFileError):
        read_scan(tmp_path / name)
