"""Audits of datasets: what must be mended before anyone learns or measures on one.

Modules:
    auditing: the whole of it.
    entries: what a dataset lists; firearm_sizes: what no firearm is smaller or larger.
    reading, box_faults, contrast: what is found in one scan, by worker processes.
    checks: what is looked for; leaks, copies, scanners, labels: how, across scans.
    counts, charts: what the dataset holds.
    pictures, sheets, rendering, record: what is written.
"""
