"""Whatever stands in a label file, it is read or it is a problem; nothing else."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.annotations.labelling import LabelledFile, LabelProblem, LabelWish
from data.annotations.registry import LABEL_FORMATS
from data.errors import TruthError
from data.truth import Truth, TruthObject

THINGS = (TruthObject(box=(1, 2, 4, 5), kind="pistol"), TruthObject(box=(2, 2, 4, 4)))
FILES = [LabelledFile(name, Truth(objects=THINGS), (9, 9)) for name in ("a.png", "b")]
JUNK: Any = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        10**400,
        float("nan"),
        "",
        "x",
        [],
        [[]],
        {},
        [1, 2, 3, 4],
        {"a": 1},
    ]
)
TEXT_JUNK: Any = st.sampled_from(
    ["", "x", "-1", "nan", "1e999", "<b/>", "\n", "[1]", "{", "7 7"]
)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    root = tmp_path_factory.mktemp("labels")
    for form in LABEL_FORMATS.values():
        form.write(FILES, root / form.name)
    return root


def list_places(content, before=()):
    """All paths to values in a JSON content."""
    yield before
    steps = content.items() if isinstance(content, dict) else ()
    for step, value in enumerate(content) if isinstance(content, list) else steps:
        yield from list_places(value, (*before, step))


def replace(content, place, junk):
    if not place:
        return junk
    copy = dict(content) if isinstance(content, dict) else list(content)
    copy[place[0]] = replace(copy[place[0]], place[1:], junk)
    return copy


def read(name, path):
    try:
        problems = LABEL_FORMATS[name].read(path, LabelWish()).problems
    except TruthError as error:
        problems = (LabelProblem("file:1", str(error)),)
    for problem in problems:
        assert problem.place.rpartition(":")[2].isdigit()
        assert "\n" not in problem.what


@pytest.mark.parametrize("name", ["coco", "label-studio"])
@given(data=st.data())
@settings(max_examples=80, deadline=None)
def test_junk_in_json_is_never_more_than_a_problem(written, name, data):
    content = json.loads((written / name).read_text(encoding="utf-8"))
    place = data.draw(st.sampled_from([*list_places(content)]))
    path = written / f"{name}.json"
    path.write_text(json.dumps(replace(content, place, data.draw(JUNK))), "utf-8")
    read(name, path)


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("cvat", "cvat"),
        ("voc", "voc/a.xml"),
        ("yolo", "yolo/labels/a.txt"),
        ("yolo", "yolo/labels/a.cargosight.json"),
        ("yolo", "yolo/data.yaml"),
    ],
)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_junk_in_text_is_never_more_than_a_problem(written, name, file, data):
    path = written / file
    text = path.read_text(encoding="utf-8")
    cuts = st.integers(0, len(text))
    start, end = sorted((data.draw(cuts), data.draw(cuts)))
    length = data.draw(st.sampled_from([1, 5, len(text)]))
    junk = data.draw(TEXT_JUNK)
    try:
        path.write_text(text[:start] + junk + text[min(end, start + length) :], "utf-8")
        read(name, Path(written, name))
    finally:
        path.write_text(text, encoding="utf-8")
