"""Suites: scans with truth that were sealed, so that every verdict is on the same.

Modules:
    plan: what a simulated suite shall hold.
    making: make suites, by the simulator or out of real scans.
    sealed: read a suite, every byte checked.
"""
