"""A report as PDF, by WeasyPrint."""

import logging
from pathlib import Path
from types import ModuleType

from data.errors import ResultError
from data.files import replacing


def load_printer() -> ModuleType:
    """WeasyPrint.

    Raises:
        ResultError: If it, or the library that sets its text, is not installed.
    """
    try:
        # Only a PDF needs it, and Pango.
        import weasyprint  # type: ignore[import-untyped]  # noqa: PLC0415
    except (ImportError, OSError) as error:
        msg = (
            "A PDF needs WeasyPrint and Pango. Install requirements/measure.lock and "
            "the system's libpango-1.0-0 and libpangoft2-1.0-0, or print report.html "
            "from a browser."
        )
        raise ResultError(msg) from error
    # It would tell of every rule that is meant for browsers.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    module: ModuleType = weasyprint
    return module


def write_pdf(page: str, path: Path) -> None:
    """Print a page.

    Args:
        page: HTML that holds all it needs.
        path: The file; it appears whole or not at all.

    Raises:
        ResultError: If WeasyPrint is not installed.
    """
    printer = load_printer()
    fetcher = printer.URLFetcher(allowed_protocols={"data"})
    document = printer.HTML(string=page, url_fetcher=fetcher)
    with replacing(path) as draft:
        document.write_pdf(draft)
