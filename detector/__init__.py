"""A scan in, alarms out, without torch.

Modules:
    pipeline: a scan in, findings out; batch: many files.
    encoding, scale, opacity: what the network sees, and where nothing can be seen.
    tiles, merging: cut a scan, join what the tiles found.
    boxes, detections: columns of boxes, scores and labels.
    runtime: the network.
    bundle, manifest, operating_point: what is deployed.
    graph_file, graph: what an ONNX file must be before it is loaded.
    trust: who signed it.
    run: what a training left.
    results, overlay: for programs and for people.
"""
