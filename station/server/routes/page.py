"""The operator's page itself: it holds no data, and may be read by anybody."""

from pathlib import Path
from typing import Final

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse, Response

import station.web
from data.errors import NoSuchRecordError

router: Final = APIRouter(include_in_schema=False)

BUILT: Final = Path(station.web.__file__).with_name("dist")
"""What `make page` builds, and a wheel holds."""

PLACES: Final = (
    "/",
    "/accounts",
    "/bundle",
    "/history",
    "/inspections/{inspection}",
    "/lanes",
    "/log",
    "/password",
    "/second-looks",
    "/statistics",
)
"""Where in the page somebody may be: `src/app.tsx` has the same."""

KEPT: Final = "public, max-age=31536000, immutable"
ASKED: Final = "no-cache"

MISSING: Final = (
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Cargosight'
    "</title></head><body><p>The page was not built: run make page, or install "
    "the wheel.</p></body></html>\n"
)


@router.get("/assets/{name}")
def read_asset(name: str) -> Response:
    """A part of the page; its name holds its hash.

    Raises:
        NoSuchRecordError: If there is none.
    """
    return _send(BUILT / "assets" / Path(name).name, KEPT)


@router.get("/icon.svg")
def read_icon() -> Response:
    """The page's icon."""
    return _send(BUILT / "icon.svg", ASKED)


def read_page() -> Response:
    """The page, wherever in it somebody is; it finds out itself what to show."""
    if not (BUILT / "index.html").is_file():
        return HTMLResponse(MISSING, 503)
    return _send(BUILT / "index.html", ASKED)


for place in PLACES:
    router.add_api_route(place, read_page)


def _send(path: Path, caching: str) -> Response:
    if not _is_there(path):
        msg = f"The page has no part {path.name}. Load it again."
        raise NoSuchRecordError(msg, code="http.404")
    return FileResponse(path, headers={"Cache-Control": caching})


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # no disk has so long a name
        return False
