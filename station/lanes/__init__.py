"""Where scans come from.

Modules:
    intake: what all sources hand their scans to.
    source: what a source is.
    folder, dicom, capture: sources that a lane's process runs.
    stream: columns over a WebSocket, which the server takes in.
"""
