"""Turn a checkpoint into a draft bundle.

Modules:
    bundling: from finished runs to a bundle.
    graph: a checkpoint as an ONNX graph.
    keeping: graphs of a bundle that go on into another one.
    looking: what networks that look several times are made of.
    measuring: parity and a draft's operating point.
    mirroring: a network that looks twice, once in the mirror.
    parity, reference: the gate that compares the two.
    scaling: a network that looks at three scales.

"""

from export.bundling import Tiling, export_bundle

__all__ = ["Tiling", "export_bundle"]
