"""Play scans as a scanner would: `cargosight play`.

Modules:
    playing: which scans, to where, how fast.
    target: what they can be played to:
    lane: a lane's WebSocket, by
    stream: columns in real time, over
    link: a connection, as
    passage: one scan on its way.
    folder: a watched folder.
    dicom: an association.
    screen: a video of a vendor's screen.
    interrupting: Ctrl-C.
"""
