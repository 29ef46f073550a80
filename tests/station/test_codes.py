"""What the station says in words has codes, all of them in one list."""

import ast
from pathlib import Path
from typing import get_args

import pytest

import station
from data.errors import (
    BundleError,
    ConflictError,
    DeviceError,
    ExpiredError,
    StationError,
    TrustError,
    UnsignedError,
)
from detector.blank import BlankCode
from station.accounts.passwords import check_new
from station.codes import (
    CODES,
    BlankShownCode,
    Code,
    ContainerCode,
    LaneCode,
)
from station.inspections.findings_shown import FindingsShown, show_blanks
from station.inspections.manifests import list_warnings
from station.server.errors import STATUS
from station.worker.bundles import NoBundleError, name_cause

ROOT = Path(station.__file__).parent
LISTS = (Code, LaneCode, BlankShownCode, ContainerCode)
ALL = {code for listed in LISTS for code in get_args(listed)}
ERRORS = {kind.__name__ for kind in STATUS}

ASKED = ("accounts", "inspections", "server", "tiles")
"""Packages whose errors a page meets."""

UNASKED = {"inspections/exporting.py", "server/hosts.py"}
"""Of them what only the command line, the start and a browser by itself call."""


def parse(path):
    return ast.walk(ast.parse(path.read_text()))


def list_sources():
    sources = [path for path in ROOT.rglob("*.py") if path.name != "codes.py"]
    return [path for path in sources if "node_modules" not in path.parts]


def list_texts(path):
    """The text constants of a file."""
    nodes = (node for node in parse(path) if isinstance(node, ast.Constant))
    return {node.value for node in nodes if isinstance(node.value, str)}


def list_stated(path):
    """The codes that a file states as `code=`."""
    words = (node for node in parse(path) if isinstance(node, ast.keyword))
    values = (word.value for word in words if word.arg == "code")
    return {one.value for one in values if isinstance(one, ast.Constant)}


@pytest.mark.parametrize("listed", LISTS)
def test_the_lists_are_sorted_and_name_nothing_twice(listed):
    codes = [code for code in get_args(listed) if code not in get_args(BlankCode)]
    assert codes == sorted(set(codes))
    assert all(code.count(".") == 1 for code in codes)


def test_every_code_that_is_stated_is_listed():
    stated = {code for path in list_sources() for code in list_stated(path)}
    texts = {code for code in stated if isinstance(code, str)}
    assert texts
    assert texts <= ALL


def test_every_code_that_is_listed_is_said_somewhere():
    said = {text for path in list_sources() for text in list_texts(path)}
    ours = ALL - set(get_args(BlankCode))
    assert {code for code in ours - said if not code.startswith("http.")} == set()


def test_every_error_that_a_page_meets_states_a_code():
    bare = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in list_sources()
        if path.relative_to(ROOT).parts[0] in ASKED
        and path.relative_to(ROOT).as_posix() not in UNASKED
        for node in parse(path)
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)
        if getattr(node.exc.func, "id", None) in ERRORS
        if "code" not in [word.arg for word in node.exc.keywords]
    ]
    assert bare == []


@pytest.mark.parametrize(
    ("password", "code", "facts"),
    [
        ("short", "password.short", {"length": 5, "least": 12}),
        ("ab" * 101, "password.long", {"length": 202, "most": 200}),
        ("aaaaaaaaaaaaaaa", "password.common", {}),
        ("annabelle-port", "password.like_name", {}),
    ],
)
def test_a_password_that_may_not_be_chosen_says_why(password, code, facts):
    with pytest.raises(StationError) as refused:
        check_new(password, "annabelle")
    assert (refused.value.code, refused.value.facts) == (code, facts)
    assert code in CODES


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NoBundleError("none"), "lane.no_bundle"),
        (ExpiredError("over"), "lane.expired"),
        (UnsignedError("bare"), "lane.unsigned"),
        (TrustError("another key"), "lane.untrusted"),
        (BundleError("damaged"), "lane.bundle"),
        (DeviceError("no GPU"), "lane.device"),
        (ZeroDivisionError(), "lane.other"),
    ],
)
def test_what_keeps_a_lane_from_looking_has_a_code(error, code):
    assert name_cause(error) == code


def test_container_numbers_say_which_check_they_fail():
    wrong, odd = list_warnings(["CSQU3054384", "CSQU3054383", "ABC"])
    assert (wrong.code, wrong.facts) == (
        "container.check_digit",
        {"number": "CSQU3054384", "digit": 3},
    )
    assert (odd.code, odd.facts) == ("container.form", {"number": "ABC"})


def test_records_that_have_sentences_alone_are_still_shown():
    old = {"blanks": ["8% of the area"], "leads": True, "quality": {"cnr": 3}}
    (blank,) = show_blanks(old)
    assert (blank.code, blank.facts, blank.text) == (
        "blank.other",
        {},
        "8% of the area",
    )
    shown = FindingsShown.of(old)
    assert shown is not None
    assert (shown.opaque_fraction, shown.missing) == (None, ())
    assert FindingsShown.of(None) is None
    assert show_blanks(None) == ()


def test_an_error_keeps_its_facts_from_whoever_stated_them():
    facts = {"days": 7}
    error = ConflictError("no", code="period.unfit", facts=facts)
    facts["days"] = 8
    assert error.facts == {"days": 7}
    assert (str(error), ConflictError("no").code) == ("no", None)
