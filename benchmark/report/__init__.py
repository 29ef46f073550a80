"""Reports: what was measured, for people and for programs.

Modules:
    contents: what a report shows.
    record: the same for programs.
    writing: the report itself, a page that holds all it needs.
    rendering: that page, from the templates in `page`.
    charts, gallery: what is drawn in it.
    words, findings, notes, tables: what is said in it.
    pdf: the same on paper.
"""

from benchmark.report.record import read_report_record, write_record
from benchmark.report.writing import write_report

__all__ = ["read_report_record", "write_record", "write_report"]
