"""Which versions of Python and its packages made something."""

import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, packages_distributions, version


def read_versions(packages: Sequence[str]) -> dict[str, str]:
    """Versions of Python and of installed packages, by name.

    Args:
        packages: Their names.

    Example:
        >>> sorted(read_versions(["numpy"]))
        ['numpy', 'python']
    """
    return {"python": platform.python_version()} | {
        package: _find_version(package) for package in packages
    }


def _find_version(package: str) -> str:
    """A version; that of what stands in for the package, such as onnxruntime-gpu, too.

    Returns:
        "not installed" for what is there as a plain checkout, or not.
    """
    try:
        return version(package)
    except PackageNotFoundError:
        others = packages_distributions().get(package, [])
        return f"{version(others[0])} of {others[0]}" if others else "not installed"
