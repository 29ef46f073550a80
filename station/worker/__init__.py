"""What a lane's process does: looks at what comes in, and records what it found.

Modules:
    recorder: changes of the records, in order, again and again until they are made.
    registering: a scan and its inspection, in the records.
    bundles: which bundle looks.
    alarms: what the detector raised, as alarms in the records.
    holding: alarms that wait until pages may show their columns.
    findings: what is kept of what was found.
    looking: one scan, from its first column to its last.
    finishing: the picture on disk, and the end in the records.
    storing: both of them, beside the looking.
    supervising: test scans, as a lane makes them.
    second_look: the real scan behind a test.
    beside: second looks, and the bundle in shadow, while nothing comes in.
    beat: how the lane is, every second.
    lane: the process.
"""
