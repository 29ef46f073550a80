"""What the API is, for those who are logged in: as OpenAPI, and to be read.

The page is drawn up here: it loads nothing from anywhere, and runs nothing.
"""

from collections.abc import Iterator
from html import escape
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse

from station.accounts.roles import EVERYONE
from station.server.access import Viewer, allow

router: Final = APIRouter(include_in_schema=False)

Anybody = Annotated[Viewer, Depends(allow(*EVERYONE))]


@router.get("/openapi.json")
def read_openapi(viewer: Anybody, request: Request) -> JSONResponse:
    """The API as OpenAPI."""
    del viewer
    return JSONResponse(request.app.openapi())


@router.get("/docs")
def read_docs(viewer: Anybody, request: Request) -> HTMLResponse:
    """The API as a page."""
    del viewer
    return HTMLResponse(draw_page(request.app.openapi()))


def draw_page(schema: dict[str, Any]) -> str:
    """A page of all operations.

    Args:
        schema: An OpenAPI document.

    Returns:
        HTML.
    """
    title = escape(schema["info"]["title"])
    operations = "\n".join(_draw_operations(schema["paths"]))
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8">'
        f"<title>{title}</title></head>\n<body>\n<h1>{title}</h1>\n"
        f'<p><a href="/openapi.json">OpenAPI</a></p>\n{operations}\n</body>\n</html>\n'
    )


def _draw_operations(paths: dict[str, Any]) -> Iterator[str]:
    for path, methods in paths.items():
        for method, operation in methods.items():
            head = f"{method.upper()} {path}: {operation.get('summary', '')}"
            yield f"<h2>{escape(head)}</h2>"
            yield from (f"<p>{escape(line)}</p>" for line in _say(operation))


def _say(operation: dict[str, Any]) -> Iterator[str]:
    if "description" in operation:
        yield operation["description"]
    if operation.get("parameters"):
        names = (place["name"] for place in operation["parameters"])
        yield f"Parameters: {', '.join(names)}."
