"""A verdict as JUnit XML, which CI servers show."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

from benchmark.verdict.finding import FAIL, UNTESTED, UNTOLD, Finding, Verdict
from data.files import replacing

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(verdict: Verdict, path: Path) -> None:
    """Write a verdict: a test case for each finding.

    What cannot be told is an error, so that no server takes it for a pass; a slice with
    too few trials is skipped.

    Args:
        verdict: What came of the rules.
        path: The file; it appears whole or not at all.
    """
    answers = [finding.answer for finding in verdict.findings]
    counts = {
        "tests": str(len(answers)),
        "failures": str(answers.count(FAIL)),
        "errors": str(answers.count(UNTOLD)),
        "skipped": str(answers.count(UNTESTED)),
    }
    suites = ET.Element("testsuites", counts)
    suite = ET.SubElement(suites, "testsuite", {"name": _clean(verdict.title)} | counts)
    for finding in verdict.findings:
        _add(suite, finding, verdict.suite)
    ET.indent(suites)
    with replacing(path) as draft:
        ET.ElementTree(suites).write(draft, encoding="utf-8", xml_declaration=True)


def _add(suite: ET.Element, finding: Finding, name: str) -> None:
    case = ET.SubElement(
        suite,
        "testcase",
        {"classname": _clean(name), "name": _clean(finding.demand), "time": "0"},
    )
    tags = {FAIL: "failure", UNTOLD: "error", UNTESTED: "skipped"}
    tag = tags.get(finding.answer)
    if tag is not None:
        ET.SubElement(case, tag, {"message": _clean(finding.reason)})
    else:
        ET.SubElement(case, "system-out").text = _clean(finding.reason)


def _clean(text: str) -> str:
    """Text without what XML cannot hold."""
    return _FORBIDDEN.sub("?", text)
