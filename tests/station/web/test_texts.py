"""The page has words for all that the station says by codes."""

import re
from pathlib import Path
from typing import get_args

import pytest

import station.web
from station.codes import BlankShownCode, Code, ContainerCode, LaneCode

ENGLISH = Path(station.web.__file__).with_name("src") / "texts" / "en"
KEYS = {
    key
    for path in ENGLISH.glob("*.ts")
    for key in re.findall(r'^  "([\w.]+)":', path.read_text(), re.MULTILINE)
}


@pytest.mark.parametrize("code", get_args(Code))
def test_what_went_wrong_has_words(code):
    assert f"code.{code}" in KEYS


@pytest.mark.parametrize("code", get_args(LaneCode))
def test_why_a_lane_is_down_has_words(code):
    assert code in KEYS


@pytest.mark.parametrize(
    "code", [code for code in get_args(BlankShownCode) if code != "blank.other"]
)
def test_what_could_not_be_seen_has_words(code):
    assert code in KEYS


@pytest.mark.parametrize("code", get_args(ContainerCode))
def test_what_is_wrong_with_a_container_number_has_words(code):
    assert code in KEYS
