"""Play scans as a scanner would: `cargosight play`.

Modules:
    stream: columns over a WebSocket, in real time.
    link: its connection.
    passage: one scan on its way.
    folder, dicom, screen: files, associations and a vendor's screen.
    playing: which scans, to where.
"""
