"""Scans as pages load them: squares of 16-bit numbers, at several scales.

Modules:
    level: the columns of a scan at one scale.
    pyramid: a scan at all scales.
    planes: what a tile can show.
    opaque: where it shows nothing that could be told from noise.
    sheet: a scan that can be cut into tiles, while it comes in or once it is stored.
    gallery: the sheets that are kept in memory.
    viewing: what of a scan a page may see now, and from where.
"""
