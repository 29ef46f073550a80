"""What an audit looks for, and what came of it."""

from dataclasses import dataclass
from typing import Final, Literal

Box = tuple[float, float, float, float]
Severity = Literal["mend", "look"]
Outcome = Literal["mend", "look", "fine", "not checked"]


@dataclass(frozen=True, slots=True)
class Check:
    """Something that is looked for.

    Attributes:
        key: What files call it.
        severity: "mend" if a dataset with it must not be learnt from or measured on,
            "look" if a person should look at it.
        title: What was found, if any was.
        fine: What holds, if none was.
        advice: What to do about it.
    """

    key: str
    severity: Severity
    title: str
    fine: str
    advice: str


@dataclass(frozen=True, slots=True)
class Shot:
    """What a picture shows.

    Attributes:
        scan: Number of the scan in the audit.
        boxes: What it is about, scan px; none shows all of the scan.
        whole: Whether to show all of the scan anyway.
    """

    scan: int
    boxes: tuple[Box, ...] = ()
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was found.

    Attributes:
        says: In words, with figures.
        scans: Numbers of the scans it is about.
        shots: Pictures of it, side by side; none if there is nothing to be seen.
    """

    says: str
    scans: tuple[int, ...]
    shots: tuple[Shot, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of a check.

    Attributes:
        check: What was looked for.
        items: What was found.
        unchecked: Why it could not be looked for; empty if it was.
    """

    check: Check
    items: tuple[Item, ...] = ()
    unchecked: str = ""

    @property
    def outcome(self) -> Outcome:
        """Its severity if there is any, else that it is fine or was not checked."""
        if self.items:
            return self.check.severity
        return "not checked" if self.unchecked else "fine"


_SPLIT: Final = "Split the dataset again by groups: cargosight dataset split."
_BOX: Final = "Correct the label, or remove it."

CHECKS: Final = {
    check.key: check
    for check in (
        Check(
            "scan-unreadable",
            "mend",
            "Scans that cannot be read",
            "All scans can be read",
            "Copy them again, or take them out.",
        ),
        Check(
            "truth-unreadable",
            "mend",
            "Truth that cannot be read",
            "All truth can be read",
            "Correct the label files.",
        ),
        Check(
            "copies-across",
            "mend",
            "Copies of one picture in more than one part",
            "No picture has a copy in another part",
            _SPLIT,
        ),
        Check(
            "near-across",
            "mend",
            "Near duplicates in more than one part",
            "No picture has a near duplicate in another part",
            _SPLIT,
        ),
        Check(
            "leak-group",
            "mend",
            "Groups in more than one part",
            "No group is in more than one part",
            _SPLIT,
        ),
        Check(
            "leak-container",
            "mend",
            "Containers in more than one part",
            "No container is in more than one part",
            _SPLIT,
        ),
        Check(
            "leak-inspection",
            "mend",
            "Inspections in more than one part",
            "No inspection is in more than one part",
            _SPLIT,
        ),
        Check(
            "leak-firearm",
            "mend",
            "Physical firearms in more than one part",
            "No physical firearm is in more than one part",
            _SPLIT,
        ),
        Check(
            "box-outside",
            "mend",
            "Boxes that reach outside the scan",
            "All boxes are within their scans",
            _BOX,
        ),
        Check(
            "box-empty",
            "mend",
            "Boxes without area",
            "All boxes have an area",
            _BOX,
        ),
        Check(
            "box-tiny",
            "mend",
            "Boxes under 2 px wide or high",
            "No box is under 2 px wide or high",
            _BOX,
        ),
        Check(
            "box-double",
            "mend",
            "Things that are labelled twice",
            "Nothing is labelled twice",
            "Remove one of the boxes: the network is asked to find two.",
        ),
        Check(
            "box-too-large",
            "mend",
            "Firearms larger than any is",
            "No firearm is larger than any is",
            "Check the pixel pitch of the scan, then the box and its kind.",
        ),
        Check(
            "box-too-small",
            "mend",
            "Firearms smaller than any is",
            "No firearm is smaller than any is",
            "Check the pixel pitch of the scan, then the box; say so if it is a part.",
        ),
        Check(
            "box-covers",
            "look",
            "Boxes that cover most of a scan",
            "No box covers most of a scan",
            "See whether the box is of the firearm or of what it is in.",
        ),
        Check(
            "box-plain",
            "look",
            "Boxes in which nothing adds attenuation",
            "Something adds attenuation in every box",
            "See whether the box is where it should be, or mark it to be ignored.",
        ),
        Check(
            "copies-within",
            "look",
            "Copies of one picture in one part",
            "No part has a picture twice",
            "Keep one of them: copies weigh twice in training and in figures.",
        ),
        Check(
            "near-within",
            "look",
            "Near duplicates in one part that no group joins",
            "No part has near duplicates that no group joins",
            "Keep them in one group; intervals of figures should know of it.",
        ),
        Check(
            "part-poor",
            "look",
            "Parts that lack firearms or clean scans",
            "Every part has firearms and clean scans",
            "Move whole groups into the part: without both, Pd or Pfa is unknown.",
        ),
        Check(
            "weak-held-out",
            "look",
            "Weak labels in the held-out part",
            "No held-out scan has a weak label",
            "Held-out scans judge networks: have them confirmed, or move them.",
        ),
        Check(
            "air-drift",
            "look",
            "Scanners whose air level drifts",
            "No scanner's air level drifts",
            "Have the air calibration renewed, and estimate air anew for these scans.",
        ),
        Check(
            "air-off",
            "look",
            "Scans whose air is off what their file states",
            "All scans read in air what their files state",
            "Check the air level: attenuations are off, and with them all else.",
        ),
        Check(
            "dead-rows",
            "look",
            "Scans with dead rows",
            "No scan has dead rows",
            "Have the detector boards checked: firearms may lie across dead rows.",
        ),
        Check(
            "noisy",
            "look",
            "Scans far noisier than others of their scanner",
            "No scan is far noisier than others of its scanner",
            "Look after the source and its dose, or leave them out of training.",
        ),
        Check(
            "opaque",
            "look",
            "Scans that are mostly opaque",
            "No scan is mostly opaque",
            "Nothing can be said of most of their area: no label there can be right.",
        ),
    )
}
"""Everything that is looked for, the gravest first."""
