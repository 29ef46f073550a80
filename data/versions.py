"""Which versions of Python and its packages made something."""

import platform
from collections.abc import Sequence
from importlib.metadata import version


def read_versions(packages: Sequence[str]) -> dict[str, str]:
    """Versions of Python and of installed packages, by name.

    Args:
        packages: Their names.

    Example:
        >>> sorted(read_versions(["numpy"]))
        ['numpy', 'python']
    """
    return {"python": platform.python_version()} | {
        package: version(package) for package in packages
    }
