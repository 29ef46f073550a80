"""What a bundle found in a suite.

Modules:
    running: run a bundle on a suite, going on where it was interrupted.
    record: what is kept on disk, and how it is trusted.
    ledger: firearms, scans and false alarms, row by row.
"""
