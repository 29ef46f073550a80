"""Reports of made-up suites whose scans have something to be seen in them."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from benchmark.evaluation.ledger import keep_ledger
from benchmark.report.contents import Contents, compare_ledgers, compute_figures
from benchmark.suite.sealed import FOLDER, SealedList, SuiteScan, seal_suite
from benchmark.verdict.rule_file import Rule, Rules
from benchmark.verdict.verdict import judge
from data.dataset import hash_file
from data.formats import write_scan
from data.scan import Scan, ScanInfo
from data.truth import Pose, ScanDefect, Truth, TruthObject
from tests.benchmark.cases import ELSEWHERE, GUN, SIDE, Case, make_evaluation

AIR = 60000.0
PITCH = (4.0, 5.0)


def make_gun(box=GUN, **more):
    """A firearm of which all is known."""
    known: dict[str, Any] = {
        "kind": "pistol",
        "form": "whole",
        "concealment": "drum",
        "pose": Pose(heading_deg=0.0, elevation_deg=0.0, roll_deg=0.0),
        "attenuation_in_front": 1.5,
        "attenuation_around": 2.0,
        "contrast": 0.3,
        "signal_to_noise": 40.0,
    }
    return TruthObject(box=box, **(known | more))


def armed(score=None, gun=None, **more):
    """A scan with a firearm, found with a score or not at all."""
    gun = gun or make_gun()
    return Case((gun,), () if score is None else ((gun.box, score),), **more)


def clean(score=None, **more):
    """A scan without firearms, with a false alarm of a score or without any."""
    return Case((), () if score is None else ((ELSEWHERE, score),), **more)


def paint_scan(number, info):
    """A slope of attenuation from 0 to 6, with noise."""
    slope = np.linspace(0, 6, SIDE)[None].repeat(SIDE, axis=0)
    counts = (
        AIR
        * np.exp(-slope)
        * np.random.default_rng(number).normal(1, 0.01, slope.shape)
    )
    levels = np.full((1, SIDE), AIR, np.float32)
    return Scan(
        high=np.clip(counts, 0, 65535).astype(np.uint16),
        air=levels,
        dark=levels * 0,
        info=info,
    )


def paint_display(number, info):
    """A colourful picture."""
    rng = np.random.default_rng(number)
    return Scan(display=rng.integers(0, 256, (SIDE, SIDE, 3), np.uint8), info=info)


@dataclass
class Names:
    """Texts that come from others."""

    file: str = "{:06d}.tiff"
    title: str = "made up for a test"
    part: str = "all"
    bundle: str = "made up"
    origin: str = "made up"
    versions: dict[str, str] = field(default_factory=dict)


def make_suite(root, cases, *, display=False, names=None):
    """Seal a suite."""
    names = names or Names()
    scans = []
    for number, case in enumerate(cases):
        place = root / FOLDER / names.file.format(number)
        truth = root / FOLDER / f"{number:06d}.truth.json"
        info = ScanInfo(pitch_mm=case.pitch_mm, scanner=case.scanner, synthetic=True)
        paint = paint_display if display else paint_scan
        write_scan(paint(number, info), place)
        found = Truth(objects=case.objects, cargo=case.cargo, defects=case.defects)
        truth.write_text(found.model_dump_json())
        inspection = case.inspection or f"i{number}"
        scans.append(
            SuiteScan(
                scan=place.name,
                truth=truth.name,
                files={path.name: hash_file(path) for path in (place, truth)},
                inspection=inspection,
                group=case.group or inspection,
                part=names.part,
                kind="display" if display else "single",
                scanner=case.scanner,
                synthetic=True,
                pitch_mm=case.pitch_mm,
            )
        )
    content = SealedList(
        name="made up",
        title=names.title,
        role="test",
        origin=names.origin,
        versions=names.versions,
        scans=tuple(scans),
    )
    return seal_suite(root, content)


def make_ledgers(root, *each, display=False, names=None):
    """Ledgers of several bundles on one suite."""
    names = names or Names()
    suite = make_suite(root / "suite", each[0], display=display, names=names)
    made = [
        make_evaluation(root / f"e{n}", suite, cases, bundle=f"{names.bundle}{n}")
        for n, cases in enumerate(each)
    ]
    return [keep_ledger(_show(one) if display else one) for one in made]


def _show(evaluation):
    """The same, with an operating point for display scans."""
    record = evaluation.record
    points = {"display": record.stamp.points["dual"]}
    stamp = record.stamp.model_copy(update={"points": points})
    return replace(evaluation, record=record.model_copy(update={"stamp": stamp}))


def make_contents(root, cases, *, theirs=None, rules=(), **more):
    """What a report of it shows."""
    ours, *others = make_ledgers(
        root, cases, *([] if theirs is None else [theirs]), **more
    )
    champion = others[0] if others else None
    made = tuple(Rule(**rule) for rule in rules)
    verdict = judge(Rules(title="trial", rules=made), ours, champion) if made else None
    return Contents(
        compute_figures(ours),
        None if champion is None else compute_figures(champion),
        () if champion is None else compare_ledgers(champion, ours),
        verdict,
        made,
    )


def make_mixed_cases():
    """A bit of everything."""
    defects = [
        (),
        (ScanDefect(kind="blur", severity=3),),
        (ScanDefect(kind="crop", severity=1),),
    ]
    others = (TruthObject(box=ELSEWHERE, label="harmless", kind="drill"),)
    cases = []
    for number in range(24):
        more = {
            "scanner": ("one", "two")[number % 2],
            "cargo": ("tyres",) if number % 3 else ("sacks", "tyres"),
            "defects": defects[number % 3],
        }
        gun = make_gun(
            kind=("pistol", "rifle")[number % 2],
            contrast=0.05 * number,
            signal_to_noise=5.0 + number,
        )
        cases.append(armed((None, 0.9, 0.3)[number % 3], gun, **more))
        cases.append(clean((None, None, None, 0.8)[number % 4], **more))
    cases.append(Case(others, ((ELSEWHERE, 0.95),)))
    cases.append(Case((make_gun(ignore=True),), ()))
    return cases
