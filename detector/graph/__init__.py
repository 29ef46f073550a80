"""What a graph's bytes must be before a runtime sees them.

    wire        protocol buffers: the fields of one message
    messages    the messages of ONNX that are taken, field by field, and those refused
    fields      the numbers, names and texts of a message, within limits
    tensors     the numbers that the file holds
    parts       nodes and signatures, and the graph as a whole
    operators   the operators that our networks are made of
    growth      how large the values get that a runtime computes while it loads
    interface   the one input and the one output

Everything is pure Python and depends on nothing that a workstation lacks. No message is
entered that may hold itself, so nothing recurses; the data of tensors is skipped.
"""
