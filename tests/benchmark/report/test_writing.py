"""A report says what was found to anyone, needs nothing else, and trusts no name."""

import json
import sys
from xml.etree import ElementTree as ET

import pytest

from benchmark.report import write_report
from benchmark.report.rendering import PAGE
from data.errors import ResultError, ScanFileError
from data.truth import TruthObject
from tests.benchmark.cases import ELSEWHERE, GUN, Case
from tests.benchmark.report.made import (
    Names,
    armed,
    clean,
    make_contents,
    make_gun,
    make_mixed_cases,
)
from tests.benchmark.report.page import Page, hash_source

LOUD = [*(armed(0.9) for _ in range(30)), *(clean() for _ in range(30))]
EVIL = (
    "<script>alert('x')</script>\"'><img src=x onerror=alert(1)>"
    "{{7*7}}$\\frac$\u202e\x07&amp;"
)
EVIL_FILE = "<script>alert('x')<script>\"'><img src=x onerror=alert(1)>\u202e&amp;"


def write(contents, root, **more):
    path = root / "report.html"
    write_report(contents, path, **more)
    return Page(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """Contents with a bit of everything, and with a champion."""
    root = tmp_path_factory.mktemp("mixed")
    cases = make_mixed_cases()
    worse = [
        Case(**(vars(case) | {"found": case.found if number % 5 else ()}))
        for number, case in enumerate(cases)
    ]
    rules = [
        {"metric": "pd", "not_worse_by": 0.3},
        {"metric": "pd", "least": 0.99},
        {"metric": "pfa", "most": 0.25},
        {"metric": "pd", "least": 0.1, "slice": "kind of firearm", "least_trials": 12},
        {"metric": "pd", "least": 0.1, "slice": "scanner", "least_trials": 13},
    ]
    return make_contents(root, cases, theirs=worse, rules=rules)


@pytest.fixture(scope="module")
def page(mixed, tmp_path_factory):
    return write(mixed, tmp_path_factory.mktemp("page"))


def test_a_page_is_whole_and_loads_nothing(page):
    assert page.unclosed == []
    for tag, attributes in page.elements:
        for name in ("src", "href", "action", "data", "poster", "srcset", "background"):
            value = attributes.get(name) or "#"
            assert value.startswith(("#", "data:image/jpeg;base64,")), (tag, value)
        assert "style" not in attributes
        assert not any(name.startswith("on") for name in attributes)
    assert not page.find("link")
    assert not page.find("iframe")
    assert "url(" not in " ".join(page.inside("style"))
    assert "@import" not in " ".join(page.inside("style"))


def test_the_policy_allows_the_very_style_and_script_of_the_page_alone(page):
    policy = page.policy()
    (style,) = page.inside("style")
    scripts = [text for text in page.inside("script") if not text.startswith("{")]
    assert policy["default-src"] == ["'none'"]
    assert policy["style-src"] == [hash_source(style)]
    assert policy["script-src"] == [hash_source("".join(scripts))]
    assert policy["img-src"] == ["data:"]
    assert (
        len(page.find("script"))
        == len(page.find("script", type="application/json")) + 1
    )


def test_ids_are_unique_and_references_lead_somewhere(page):
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in page.elements:
        named = [attributes.get("aria-labelledby"), attributes.get("aria-describedby")]
        if (attributes.get("href") or "").startswith("#"):
            named.append(attributes["href"][1:])
        if "clip-path" in attributes:
            named.append(attributes["clip-path"][5:-1])
        assert {name for name in named if name} <= set(ids)


def test_the_verdict_has_a_word_a_sign_and_a_look_of_its_own(mixed, page):
    assert mixed.verdict.answer == "fail"
    assert page.find("div", **{"class": "verdict fail"})
    words = page.words()
    assert mixed.verdict.sentence in words
    assert words.index("FAIL") < words.index("Suite")
    for answer in ("pass", "fail", "cannot tell", "not tested"):
        assert {f.answer for f in mixed.verdict.findings} >= {answer}
        assert page.find("span", **{"class": f"answer {answer.replace(' ', '-')}"})


def test_what_cannot_be_told_does_not_look_like_a_pass(tmp_path):
    contents = make_contents(tmp_path, LOUD, rules=[{"metric": "pfa", "most": 0.03}])
    found = write(contents, tmp_path)
    assert contents.verdict.answer == "cannot tell"
    assert "CANNOT TELL" in found.words()
    assert found.find("div", **{"class": "verdict cannot-tell"})
    assert not found.find("div", **{"class": "verdict pass"})
    css = (PAGE / "report.css").read_text(encoding="utf-8")
    assert "dashed" in css.split(".verdict.cannot-tell {")[1].split("}")[0]
    assert "dashed" not in css.split(".verdict.pass {")[1].split("}")[0]


def test_without_rules_there_is_no_verdict_and_it_says_so(tmp_path):
    found = write(make_contents(tmp_path, LOUD), tmp_path)
    assert "NO VERDICT" in found.words()
    assert not found.find("h2", id="rules")


def test_figures_are_said_in_plain_words(mixed, page):
    words = page.words()
    pd = mixed.candidate.scorecard.pd
    assert pd.hits == 8
    assert (
        "Of 100 firearms that a person could have seen, it flags 33 (between" in words
    )
    assert "Of 100 clean containers, it raises an alarm on 28 (between" in words
    assert "1 further firearms could not be seen by anybody" in words


def test_no_container_is_ever_called_clear(page):
    assert "clear" not in page.words().lower()


def test_every_picture_has_words_and_its_readings(page):
    pictures = page.find("img")
    assert len(pictures) > 10
    assert all(picture["alt"].strip() for picture in pictures)
    heads = [json.loads(t) for t in page.inside("script") if t.startswith("{")]
    cards = [a for a in page.find("figure") if a.get("class", "").startswith("card")]
    assert len(heads) == len(cards) == len(page.find("button", **{"class": "open"}))


def test_pictures_of_changes_show_both_bundles(mixed, page):
    first, second = mixed.champion.ledger, mixed.candidate.ledger
    gained = sum(
        b.found and not a.found
        for a, b in zip(first.firearms, second.firearms, strict=True)
    )
    assert gained > 0
    assert f"Gained: firearms that only the candidate found ({gained})" in page.words()
    assert len(page.find("div", **{"class": "view champion"})) == len(
        page.find("div", **{"class": "view candidate"})
    )
    assert "Lost: firearms that only the champion found None." in page.words()


def test_what_false_alarms_lie_on_is_counted(page):
    assert "harmless: drill 1 0" in page.words()


def test_the_same_contents_make_the_same_page(mixed, page, tmp_path):
    again = tmp_path / "again.html"
    write_report(mixed, again)
    write_report(mixed, tmp_path / "report.html")
    assert again.read_bytes() == (tmp_path / "report.html").read_bytes()
    assert Page(again.read_text(encoding="utf-8")).elements == page.elements


def test_hostile_names_stay_text(tmp_path):
    names = Names(
        file="{:06d}" + EVIL_FILE + ".tiff",
        title=EVIL,
        part=EVIL,
        bundle=EVIL,
        origin=EVIL,
        versions={EVIL: EVIL},
    )
    gun = make_gun(kind=EVIL, concealment=EVIL, form=EVIL)
    thing = TruthObject(box=ELSEWHERE, label=EVIL, kind=EVIL)
    cases = [
        Case((gun, thing), ((GUN, 0.2), (ELSEWHERE, 0.9)), scanner=EVIL, cargo=(EVIL,)),
        Case((), (), scanner="other", cargo=("x" * 5000, "$x^")),
        armed(0.9),
    ]
    found = write(make_contents(tmp_path, cases, names=names), tmp_path)
    assert found.unclosed == []
    assert all(image["src"].startswith("data:") for image in found.find("img"))
    assert not any(n.startswith("on") for _, a in found.elements for n in a)
    kinds = [script.get("type") for script in found.find("script")]
    assert kinds.count(None) == 1
    words = found.words()
    assert "<script>alert('x')</script>" in words
    assert "{{7*7}}$\\frac$" in words
    assert "49" not in words.split("&amp;")[0]
    assert "\u202e" not in words
    assert "\x07" not in words
    assert "&amp;" in words


def test_a_suite_without_firearms_has_its_report(tmp_path):
    cases = [*(clean() for _ in range(5)), clean(0.9)]
    words = write(make_contents(tmp_path, cases), tmp_path).words()
    assert "no firearms that a person could see: Pd was not measured" in words
    assert "The suite has no firearms." in words
    assert "There are no curves" in words


def test_a_suite_without_clean_scans_has_its_report(tmp_path):
    words = write(make_contents(tmp_path, [armed(0.9), armed()]), tmp_path).words()
    assert "no clean containers: Pfa was not measured" in words
    assert "There is no ROC: the suite lacks clean containers" in words


def test_a_suite_in_which_all_was_found_has_its_report(tmp_path):
    words = write(make_contents(tmp_path, LOUD), tmp_path).words()
    assert "it flags 100 (at least" in words
    assert "No firearm was missed." in words
    assert "There was no false alarm." in words


def test_a_suite_in_which_nothing_was_detected_has_its_report(tmp_path):
    words = write(make_contents(tmp_path, [armed(), clean()]), tmp_path).words()
    assert "it flags 0 (at most" in words
    assert "no detection met it" in words


def test_scans_without_a_pitch_have_no_scale(tmp_path):
    cases = [armed(pitch_mm=None), clean(0.9, pitch_mm=None)]
    found = write(make_contents(tmp_path, cases), tmp_path)
    assert "scale unknown" in found.words()
    assert "100 mm" not in found.words()


def test_display_scans_have_pictures_in_their_colours(tmp_path):
    cases = [armed(), clean(0.9)]
    found = write(make_contents(tmp_path, cases, display=True), tmp_path)
    heads = [json.loads(t) for t in found.inside("script") if t.startswith("{")]
    assert [head["channels"] for head in heads] == [3, 3]
    assert all(head["bright"] for head in heads)


def test_a_report_that_fails_leaves_nothing(mixed, tmp_path, monkeypatch):
    def refuse(_):
        msg = "gone"
        raise ScanFileError(msg)

    monkeypatch.setattr("benchmark.report.gallery.building.read_scan", refuse)
    with pytest.raises(ScanFileError):
        write_report(mixed, tmp_path / "report.html")
    assert not list(tmp_path.iterdir())


def test_progress_counts_scans_to_the_last(mixed, tmp_path):
    seen = []
    write_report(mixed, tmp_path / "a.html", progress=lambda *done: seen.append(done))
    count = seen[-1][1]
    assert seen == [(number, count) for number in range(1, count + 1)]


def test_a_pdf_is_written_when_asked_for(mixed, tmp_path):
    pytest.importorskip("weasyprint")
    write_report(mixed, tmp_path / "a.html", pdf=tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")


def test_a_missing_printer_is_told_before_any_work(mixed, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(ResultError, match="needs WeasyPrint") as caught:
        write_report(mixed, tmp_path / "a.html", pdf=tmp_path / "a.pdf")
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_charts_are_named_and_their_text_is_text(page):
    charts = page.find("svg", **{"class": "chart"})
    assert len(charts) == 8
    assert all(chart["role"] == "img" for chart in charts)
    assert {"false alarms a scan", "Pfa of clean inspections"} <= set(
        page.inside("text")
    )
    assert not any("font-family" in a for tag, a in page.elements if tag == "text")


def test_the_page_uses_no_colour_that_it_does_not_define():
    css = (PAGE / "report.css").read_text(encoding="utf-8")
    light, dark = (part.split("}")[0] for part in css.split(":root {")[1:3])
    names = {line.split(":")[0].strip() for line in light.split(";") if "--" in line}
    assert names == {n.split(":")[0].strip() for n in dark.split(";") if "--" in n}
    for path in PAGE.glob("*.html"):
        for part in path.read_text(encoding="utf-8").split("var(")[1:]:
            assert part.split(")")[0] in names


def test_marks_of_pictures_are_well_formed(page, mixed, tmp_path):
    write_report(mixed, tmp_path / "a.html")
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    parts = text.split('<svg class="marks"')[1:]
    assert len(parts) == len(page.find("img"))
    for part in parts:
        ET.fromstring('<svg class="marks"' + part.split("</svg>")[0] + "</svg>")  # noqa: S314
