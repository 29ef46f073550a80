"""Threat image projection: things that were scanned in air, put into other scans.

Modules:
    cutout: a thing in air; sources: folders of them, and of clean scans.
    harmless: things of the simulator in air; beams: things from another scanner.
    calibration: what is read off a scan; scatter, sharpness: parts of that.
    casting: a cut-out turned and resampled; placing: where it can lie.
    hardening, material: how much a thing adds behind what else is there.
    projecting: into counts; display: into pictures; projector: all of it for one scan.
"""
