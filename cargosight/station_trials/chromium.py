"""The Chromium that this machine has, without a window."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from data.errors import StationError

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FLAGS: Final = (
    "--no-sandbox",  # containers have none, and the pages are our own
    "--disable-gpu",  # the same on every machine: as on one without a GPU,
    "--enable-unsafe-swiftshader",  # where WebGL is drawn by the processor
    "--disable-dev-shm-usage",  # /dev/shm of a container is small
)


@contextmanager
def opening_chromium() -> Iterator["Browser"]:
    """A browser, as long as the block runs.

    Raises:
        StationError: If there is no Chromium, or nothing that drives it.
    """
    path = shutil.which("chromium")
    if path is None:
        msg = "Chromium is not installed. Install it (Debian: apt install chromium)."
        raise StationError(msg)
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only here
    except ImportError as error:
        msg = "Playwright is not installed. Run: pip install playwright."
        raise StationError(msg) from error
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, chromium_sandbox=False, args=list(FLAGS)
        )
        try:
            yield browser
        finally:
            browser.close()
