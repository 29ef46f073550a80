"""A lane that looks at a vendor's screen: for scanners that give nothing else.

Modules:
    source: takes scans from what the device shows.
    camera: the device, an address, or a video file.
    seeing: what two frames have in common: nothing new, a shift, a jump.
    still: whole pictures that appear.
    scrolling: one picture that moves sideways.
    taking: hands scans to the spool, each once.
"""

from station.lanes.capture.source import CaptureSource

__all__ = ["CaptureSource"]
