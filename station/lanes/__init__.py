"""Where scans come from.

Modules:
    intake: what all sources hand their scans to.
    source: what a source is.
    sources: that of a lane, as its configuration states it.
    folder, dicom, capture: sources that a lane's process runs.
    watching: which scans are in a folder, and have stopped growing.
    taking: puts scans that come as files into the spool.
    marks: what was taken in from files already.
    refusing: puts files aside.
    stream: columns over a WebSocket, which the server takes in.
    talk: what it answers a scanner.
    messages: what the two say to each other beside the columns.
    keys: which scans of a lane have ended.
"""
