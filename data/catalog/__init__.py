"""Catalogued datasets: scans by content, truth, and versions that never change.

A catalogued dataset is a folder:

    catalog/000003.json              what version 3 is, written last
    catalog/000003-1f0c….parquet     its catalog: a row for each scan
    scans/1f/1f0c….tiff              scans, named by the hash of their content
    truth/9a/9a41….json              truth files, likewise

Scans and truth are added and never changed; a version lists those that it is made of.
"""
