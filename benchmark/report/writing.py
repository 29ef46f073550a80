"""Write a report: one HTML file, and a PDF of it."""

from pathlib import Path

from benchmark.report.contents import Contents
from benchmark.report.gallery.building import Progress, build_galleries
from benchmark.report.pdf import load_printer, write_pdf
from benchmark.report.rendering import render_page
from data.files import replacing


def write_report(
    contents: Contents,
    path: Path,
    *,
    pdf: Path | None = None,
    progress: Progress | None = None,
) -> None:
    """Write a report that needs no other file and no network.

    Args:
        contents: What it shows.
        path: The HTML file; it appears whole or not at all.
        pdf: The same as PDF, likewise; None for none.
        progress: Told how many scans of how many are read for pictures.

    Raises:
        ResultError: If a PDF is wanted and WeasyPrint is not installed.
        ScanFileError: If a scan of the suite cannot be read.
    """
    if pdf is not None:
        load_printer()
    galleries = build_galleries(contents, progress=progress)
    page = render_page(contents, galleries)
    with replacing(path) as draft:
        draft.write_text(page, encoding="utf-8", newline="\n")
    if pdf is not None:
        write_pdf(render_page(contents, galleries, live=False), pdf)
