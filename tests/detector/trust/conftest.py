"""A key pair and a signed bundle, made once."""

import shutil

import pytest

from detector.trust.keys import make_keys
from detector.trust.pinned import Pinned
from tests.detector.trust.signed import make_signed


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    """Folder with two pairs: port and other."""
    folder = tmp_path_factory.mktemp("keys")
    for name in ("port", "other"):
        make_keys(folder / name)
    return folder


@pytest.fixture(scope="session")
def sealed(keys, tmp_path_factory):
    """A signed bundle to copy, and what pins its key."""
    root = tmp_path_factory.mktemp("sealed") / "bundle"
    return root, Pinned((make_signed(root, keys / "port.key"),))


@pytest.fixture
def signed(sealed, tmp_path):
    """A signed bundle."""
    return shutil.copytree(sealed[0], tmp_path / "bundle")


@pytest.fixture(scope="session")
def pinned(sealed):
    """What pins its key."""
    return sealed[1]
