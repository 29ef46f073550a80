"""The plain pipeline, to measure ours against: 8-bit PNG, stock Ultralytics, SAHI.

What a competent user of the usual tools does with scans today, at its best: it gets
the same tiles, first weights, steps and scale as ours, and nothing that we do besides.

Modules:
    settings: what it is asked to do.
    picture: a scan as an 8-bit picture.
    tiles: pictures cut into labelled tiles.
    yolo_folder: a dataset as tiles in the YOLO layout.
    start: what it starts from, as a file that Ultralytics reads.
    fitting: stock Ultralytics on these tiles.
    slicing: SAHI over whole scans; results as `cargosight detect` writes them.
    stock_graph: a bundle's graph as stock Ultralytics takes it.
    slicer: SAHI on such a graph, with a clock.
    joining: SAHI's joining of boxes alone.
    racing: both against our detector, on the same network and scans.
"""
