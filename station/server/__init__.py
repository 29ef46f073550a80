"""The web server of a station.

Modules:
    app: all of it.
    routes: what it answers.
    context: what routes have of the station.
    access, hosts, security: who may ask what, from where.
    errors: what is said when it may not be, or cannot.
    sockets, pages: WebSockets, and what a page that is open is told.
    tailing, growing, visible: the log and scans as they grow; who may see what of it.
    streams: columns that scanners send.
    lanes_shown, viewings, metrics: lanes, scans and figures, as others see them.
"""
