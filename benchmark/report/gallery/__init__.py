"""Pictures of what was found, missed, and taken for a firearm.

Modules:
    choice: which firearms and false alarms are shown.
    detail: a part of a scan around them, with readings to window.
    marks: what is drawn over it.
    captions: what is said below it.
    building: all of it, scan by scan.
"""
