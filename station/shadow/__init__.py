"""A bundle that looks beside the one in use, and that no operator sees.

It looks at whole stored scans when a lane has nothing else to do. Its alarms are
recorded, and compared with what the bundle in use raised; nothing else comes of them.

Modules:
    pointer: which one looks in shadow.
    looking: what it does.
    comparing: how far it and the one in use agreed.
"""
