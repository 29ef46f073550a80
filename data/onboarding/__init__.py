"""Onboarding: what a file of a scanner that nobody has seen says of the scanner.

Modules:
    inspecting: one file, from bytes to what is known of it.
    element, lines, trimming, arranging, layout: how raw readings are stored.
    likeness: whether two planes show one scene.
    levels, energies: what the readings are.
    upright, outline, castings, pitch: where up is, the container, and how large.
    checking: several files of one scanner, and a draft of its profile.
    draft, wording: the profile, and what a person is told.
    refusing: what is no raw file.
"""

from data.onboarding.checking import ScannerCheck, check_scanner

__all__ = ["ScannerCheck", "check_scanner"]
