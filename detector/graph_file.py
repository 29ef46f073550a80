"""An ONNX file: what it must be before a runtime loads it, and names inside it.

A runtime trusts a graph: it fetches data from wherever the graph says, computes what it
can while loading, and takes the memory that this asks for. So a graph's bytes are read
here first, in pure Python, and only a graph of the form that we export is let through.
"""

from typing import Final

from data.errors import BundleError
from detector.graph.growth import check_growth
from detector.graph.interface import check_interface
from detector.graph.operators import check_operators
from detector.graph.parts import read_graph

LAYOUT: Final = "cargosight.layout"
"""Name of the metadata that lays the network out, as JSON, to train it further."""

PREFIX: Final = "_network."
"""What the names of the network's weights begin with."""

HALF: Final = ".half"
"""What the name of a weight that is stored as a half ends with."""


def check_graph(graph: bytes, name: str) -> None:
    """Refuse a graph that is not of the form that we export.

    It keeps all data inside, in messages that are known, within their limits; it has
    the operators of our networks only, takes tiles and gives boxes; and loading it
    takes memory in proportion to its size.

    Args:
        graph: The bytes of an ONNX file.
        name: What to call it in messages.

    Raises:
        BundleError: In one line, if it is anything else, or if it is damaged.
    """
    try:
        parts = read_graph(graph)
        check_interface(parts)
        check_operators(parts)
        check_growth(parts, len(graph))
    except BundleError as error:
        msg = f"{name} {error}. Export it again, or get the bundle again."
        raise BundleError(msg) from error
    except (IndexError, TypeError, ValueError) as error:
        msg = f"{name} is not an ONNX file. Get the bundle again."
        raise BundleError(msg) from error
