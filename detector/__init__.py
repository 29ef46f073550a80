"""A scan in, alarms out, without torch.

Modules:
    pipeline: a scan in, findings out; batch: many files.
    encoding, scale, opacity: what the network sees, and where nothing can be seen.
    tiles, merging: cut a scan, join what the tiles found.
    boxes, detections: columns of boxes, scores and labels.
    runtime: the network.
    bundle, graph_file, operating_point: what is deployed.
    run: what a training left.
    results, overlay: for programs and for people.
"""
