"""Operating points: which score is an alarm.

Modules:
    threshold: chosen for a Pfa, on clean scans.
    draft: a draft's, chosen and measured on the same scans.
    curve: what is found and raised by mistake at other thresholds.
    points: chosen on one suite and measured on another.
"""
