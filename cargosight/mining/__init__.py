"""What to label next, of many scans that nobody has labelled.

Modules:
    wishes: what was asked.
    stating: which scans are stated to be clean, and which are known already.
    portrait: what a scan is like, in a few figures.
    looking: a bundle looks at scans, and what it saw is kept.
    scoring: how uncertain it was of a scan.
    strangeness: how unlike a scan is to those that are known.
    alike: near-duplicates.
    queueing: the scans in the order in which they pay.
    exporting: the queue with pre-annotations, for labelling tools.
    page: the queue to look at.
    mining: all of it.
"""
