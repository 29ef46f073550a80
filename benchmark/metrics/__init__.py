"""What is measured: pure functions that update and compute.

Modules:
    matching: which detection met which truth.
    rates: Pd, Pfa, false alarms a scan.
    curves: FROC and ROC.
    average_precision: by the rules of COCO.
    localisation: how far alarms lie off.
    timing: how long scans take.
"""
