"""Turn a checkpoint into a draft bundle.

Modules:
    bundling: from finished runs to a bundle.
    graph: a checkpoint as an ONNX graph.
    parity, reference: the gate that compares the two.

"""

from export.bundling import Tiling, export_bundle

__all__ = ["Tiling", "export_bundle"]
