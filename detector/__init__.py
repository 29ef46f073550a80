"""A scan in, alarms out, without torch.

Modules:
    pipeline: a scan in, findings out; batch: many files.
    encoding, scale, opacity: what the network sees, and where nothing can be seen.
    belt, strips, windows, tiles: which parts of a scan are looked at.
    network, look: a graph and its threads; one scan while it comes in.
    live, lane: columns in, alarms out; a scanner's queue and thread.
    merging: join what the tiles found. containers, container_view: tell them apart.
    blanks, blank, opaque_regions: what could not be seen, in words and rectangles.
    boxes, detections: columns of boxes, scores and labels.
    runtime, ports: run a graph; what it takes and gives. cores: to run it on.
    bundle, manifest, operating_point: what is deployed.
    graph_file, graph: what an ONNX file must be before it is loaded.
    trust: who signed it.
    run: what a training left.
    results, overlay: for programs and for people.
"""
