"""A scanner's image quality over days: history, trend and gate.

Modules:
    run: scans measured, kept and judged together.
    entry, history: what is kept of each scan.
    trend: what a figure usually is, and rules of control charts.
    gate, gates/*.toml, advice: limits, and what to do where one is broken.
    report, chart, picture: what came of it.
"""
