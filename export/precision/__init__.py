"""A bundle's graph in another precision, and whether it may be used.

Modules:
    plain: a graph with float32 weights, where a precision is put in.
    halves: float16.
    integers: 8 bits.
    tiles: what ranges and differences are measured on.
    closeness: how far its answers are from those of the float32 graph.
    speed: how long it takes.
    admission: whether it finds as much.
    points: its operating points.
    table: all of that side by side.
    writing: the bundle that it becomes part of.
"""
