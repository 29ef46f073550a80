"""Names of pictures in label files, and where label files are written."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from data.annotations.labelling import LabelledFile
from data.annotations.xml_text import to_plain
from data.errors import TruthError
from data.files import making_folder, replacing
from data.truth import FIREARM

_LOCAL: Final = "/data/local-files/?d="
_UPLOAD: Final = re.compile(r"(?:.*/)?data/upload/(?:\d+/)?(?:[0-9a-f]{8}-)?(.+)")


def to_slashes(name: str) -> str:
    r"""A name as a tool wrote it, with slashes, and without a leading one.

    Args:
        name: With slashes or backslashes.

    Example:
        >>> to_slashes(r".\a\b.png")
        'a/b.png'
    """
    return name.replace("\\", "/").removeprefix("./").lstrip("/")


def choose_name(stated: str, noted: str) -> str:
    """The name a picture was written with, unless a tool gave it another one.

    Args:
        stated: What the label file calls it, maybe without its folders.
        noted: What our note in it calls it.
    """
    here = PurePosixPath(stated).name.strip()
    was = PurePosixPath(noted).name
    return noted if here in {was.strip(), to_plain(was).strip()} else stated


def read_address(address: str) -> str:
    """Name of the picture that a task of Label Studio points to.

    Args:
        address: A local file, an upload (whose eight leading digits are dropped), a web
            address, or a key of a cloud storage.

    Example:
        >>> read_address("/data/local-files/?d=port%20a/x.png")
        'port a/x.png'
        >>> read_address("/data/upload/1/0badcafe-x.png")
        'x.png'
        >>> read_address("s3://bucket/a/x.png")
        'a/x.png'
    """
    before, local, after = address.partition("/local-files/?d=")
    if local:
        return to_slashes(unquote(after))
    if "://" in address:
        before = urlsplit(address).path
    upload = _UPLOAD.fullmatch(before)
    return to_slashes(unquote(upload[1] if upload else before))


def write_address(file: str) -> str:
    """What a task of Label Studio calls a picture in its local storage.

    Args:
        file: Name of the picture below the storage's folder.
    """
    return _LOCAL + quote(file)


def list_labels(files: Sequence[LabelledFile]) -> list[str]:
    """All labels of the objects, by name, "firearm" before all others.

    Args:
        files: Pictures with their truth.
    """
    labels = {thing.label for each in files for thing in each.truth.objects}
    return [FIREARM, *sorted(labels - {FIREARM})]


def check_names(files: Sequence[LabelledFile]) -> None:
    """Refuse names that label files cannot hold.

    Args:
        files: What shall be written.

    Raises:
        TruthError: If a name is not a path below a folder, or is there twice.
    """
    taken = set()
    for each in files:
        pure = PurePosixPath(each.file)
        whole = str(pure) == each.file and pure.parts != ()
        if not whole or pure.is_absolute() or {"..", "."} & set(pure.parts):
            _refuse(each.file, "is not a path below a folder")
        if "\\" in each.file or "\0" in each.file:
            _refuse(each.file, "holds a character that paths cannot hold everywhere")
        if each.file in taken:
            _refuse(each.file, "is there twice")
        taken.add(each.file)


@contextmanager
def writing_file(path: Path) -> Iterator[Path]:
    """Write a label file that appears whole or not at all.

    Args:
        path: Where it shall be.

    Yields:
        The file to write.

    Raises:
        TruthError: If it cannot be written.
    """
    try:
        with replacing(path) as draft:
            yield draft
    except OSError as error:
        raise _unwritten(path, error) from error


@contextmanager
def writing_folder(path: Path) -> Iterator[Path]:
    """Fill a folder of label files that appears whole or not at all.

    Args:
        path: Where it shall be: not there yet, or empty.

    Yields:
        The folder to fill.

    Raises:
        TruthError: If it is there already or cannot be written.
    """
    try:
        if path.exists():
            path.rmdir()
        with making_folder(path) as draft:
            yield draft
    except OSError as error:
        raise _unwritten(path, error) from error


def _unwritten(path: Path, error: OSError) -> TruthError:
    msg = f"Labels cannot be written to {path}: {error.strerror or error}. "
    return TruthError(msg + "Name another place.")


def _refuse(file: str, why: str) -> None:
    msg = f"The picture name {file!r} {why}. Rename it."
    raise TruthError(msg)
