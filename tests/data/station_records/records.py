"""Records as a station would write them, and folders of them."""

import hashlib
import json

MORNING, NOON, EVENING = (
    f"2026-03-04T{hour}:00:00+00:00" for hour in ("08", "12", "18")
)
BUNDLE = {"name": "port-7", "sha256": "a" * 64}
BOX = [10.0, 10.0, 40.0, 30.0]
ELSEWHERE = [100.0, 50.0, 130.0, 70.0]


def content_of(file):
    """What the file of a scan holds: records only know its hash."""
    return f"scan {file}".encode()


def make_scan(file="scans/a.tiff", **changes):
    """A scan of a record."""
    return {
        "file": file,
        "sha256": hashlib.sha256(content_of(file)).hexdigest(),
        "width": 200,
        "height": 100,
        "scanner": "S1",
        "acquired": "2026-03-04T03:00:00-05:00",
    } | changes


def make_alarm(name="1", scan="scans/a.tiff", box=None, **changes):
    """An alarm of a record."""
    shown = {"id": name, "scan": scan, "box": box or BOX, "score": 0.8}
    return shown | changes


def decide(decision, alarm="1", when=NOON, by="op-4"):
    """A decision on an alarm."""
    return {"alarm": alarm, "decision": decision, "by": by, "when": when}


def draw(box=None, scan="scans/a.tiff"):
    """A box drawn by hand."""
    return {"scan": scan, "box": box or ELSEWHERE, "by": "op-4", "when": NOON}


def make_record(inspection="I1", **changes):
    """The record of an inspection: one scan, released, nothing said."""
    return {
        "inspection": inspection,
        "containers": ["CSQU3054383"],
        "site": "KGN",
        "lane": "lane 1",
        "bundle": BUNDLE,
        "operating_point": {"name": "normal", "threshold": 0.5},
        "scans": [make_scan()],
        "disposition": {"disposition": "released", "by": "op-4", "when": EVENING},
    } | changes


def search(*found):
    """What makes a record one of a search, with what it found."""
    return {
        "disposition": {"disposition": "searched", "by": "op-4", "when": NOON},
        "outcome": {"found": list(found), "by": "team-2", "when": EVENING},
    }


def hand_over(folder, *records, lines=None):
    """Write records, and the files of their scans, into a folder."""
    for record in records:
        for scan in record["scans"]:
            place = folder / scan["file"]
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content_of(scan["file"]))
    text = lines or [json.dumps(record) for record in records]
    (folder / "records.jsonl").write_text("\n".join(text) + "\n", encoding="utf-8")
    return folder
