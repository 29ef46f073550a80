"""Acceptance of a site, and whether later weeks are still as it was then.

Modules:
    sheet: the test sheet that people fill in.
    checking: all that is wrong with one.
    sealing: a sheet and its scans become a site's suite.
    accepting: run, judge, keep a record of it.
    outcomes, repeating, open_points: what the record holds besides the verdict.
    record: that record, sealed.
    page, crops: the page that is printed and signed.
    image_statistics, figures: what is measured in every scan, and how much matters.
    baseline, traffic: acceptance's clean passes; weighed by a week's traffic.
    shift: whether values have changed, by more than matters and than chance explains.
    weeks, drift, watching, drift_page: the weeks, each beside acceptance.
    trial: how soon the alarm sees what goes wrong, on simulated weeks.
"""
