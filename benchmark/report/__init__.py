"""Reports: what was measured, for people and for programs.

Modules:
    contents: what a report shows.
    record: the same for programs.
"""
