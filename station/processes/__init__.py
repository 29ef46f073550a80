"""The processes of a station: the server, its lanes, and what starts them again.

Modules:
    lock: one station for a data folder.
    effective: the configuration, as the processes get it.
    child: one process.
    server: what the server's process does.
    lane: what a lane's process does.
    guard: starts them, and starts again what dies.
"""
