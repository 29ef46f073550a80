"""Charts are SVG that a page can hold, whatever the names in them."""

from xml.etree import ElementTree as ET

import pytest

from benchmark.evaluation.slices import Slice
from benchmark.metrics.rates import Rate
from benchmark.report.charts.canvas import TOKENS, Sheet, add_panel, draw_chart
from benchmark.report.charts.defects import draw_defect, group_defects
from benchmark.report.charts.slices import draw_slices, group_slices

SVG = "{http://www.w3.org/2000/svg}"


def make_slice(value, share=0.5, trials=50, dimension="kind of firearm", pfa=None):
    rate = None if share is None else Rate(share, 0.0, 1.0, trials, 1, 9)
    cost = None if pfa is None else Rate(pfa, 0.0, 1.0, trials, 1, 9)
    return Slice(dimension, value, rate, cost)


def draw_dots(figure):
    axes = add_panel(figure, (40, 30, 200, 100))
    axes.plot([0, 1], [0, 1], color="#0a5fa3", label="a")
    axes.legend()


def read(svg):
    return ET.fromstring(str(svg))  # noqa: S314 - our own


def list_texts(svg):
    return [text.text for text in read(svg).iter(f"{SVG}text")]


def test_a_chart_has_a_name_and_keeps_its_text_and_its_colours_follow_the_page():
    svg = draw_chart(Sheet("a", 300, 200, "its title", "its words"), draw_dots)
    root = read(svg)
    assert root.find(f"{SVG}title").text == "its title"
    assert root.find(f"{SVG}desc").text == "its words"
    assert "0.5" in list_texts(svg)
    assert 'stroke="var(--candidate)"' in svg
    assert not any(f'"{colour}"' in svg for colour in TOKENS)
    assert "style=" not in svg
    assert "<style" not in svg


def test_charts_of_one_page_do_not_share_ids():
    first, second = (
        {
            e.get("id")
            for e in read(draw_chart(Sheet(key, 300, 200, "", ""), draw_dots)).iter()
        }
        for key in ("a", "b")
    )
    assert first & second == {None}


def test_a_chart_is_the_same_every_time():
    sheet = Sheet("a", 300, 200, "t", "d")
    assert draw_chart(sheet, draw_dots) == draw_chart(sheet, draw_dots)


@pytest.mark.parametrize(
    "name",
    [
        "<b>&\"'",
        "$x^",
        "$\\frac{",
        "\x00\x1b\u202e",
        "射撃 🔫",
        "x" * 500,
        "",
        "\ud800",
    ],
)
def test_any_name_can_be_drawn(name):
    slices = [make_slice(name), make_slice("pistol")]
    (dimension,) = group_slices(slices)
    assert "pistol" in list_texts(draw_slices(dimension, "a"))
    curves = group_defects([make_slice(f"{name} 3", dimension="defect")])
    assert [draw_defect(curve, None, "b")[:4] for curve in curves] == ["<svg"] * len(
        curves
    )


def test_markup_in_a_name_stays_text():
    (dimension,) = group_slices([make_slice("<b>&x$y$")])
    assert "<b>&x$y$" in list_texts(draw_slices(dimension, "a"))


def test_ranges_are_in_order_and_what_is_unknown_is_last():
    values = ["5 and more", "0.1 to 0.2", "unknown", "2 to 3", "under 0", "0 to 0.1"]
    (dimension,) = group_slices([make_slice(value) for value in values])
    assert [row.value for row in dimension.rows] == [
        "under 0",
        "0 to 0.1",
        "0.1 to 0.2",
        "2 to 3",
        "5 and more",
        "unknown",
    ]


def test_poses_turn_from_the_broad_side_to_the_muzzle():
    poses = ["end-on", "edge-on", "unknown", "broadside", "turned"]
    (dimension,) = group_slices([make_slice(pose, dimension="pose") for pose in poses])
    assert [row.value for row in dimension.rows] == [
        "broadside",
        "turned",
        "edge-on",
        "end-on",
        "unknown",
    ]


def test_all_else_has_the_weakest_first_and_what_says_little_last():
    rows = [
        make_slice("strong", 0.9),
        make_slice("few", 0.0, trials=5),
        make_slice("weak", 0.1),
    ]
    (dimension,) = group_slices(rows)
    assert [row.value for row in dimension.rows] == ["weak", "strong", "few"]
    assert "few (says little)" in list_texts(draw_slices(dimension, "a"))
    assert "weak" in list_texts(draw_slices(dimension, "a"))


def test_pfa_has_a_side_of_its_own_where_it_was_measured():
    both = [make_slice("a", 0.5, pfa=0.1, dimension="scanner"), make_slice("b", None)]
    clean = [make_slice("c", None, pfa=0.1), make_slice("d", None, pfa=0.2)]
    (first,) = group_slices(both)
    (second,) = group_slices(clean)
    assert {"Pd", "Pfa"} <= set(list_texts(draw_slices(first, "a")))
    assert "Pd" not in list_texts(draw_slices(second, "a"))


def test_trials_are_stated():
    (dimension,) = group_slices([make_slice("a", trials=1234)])
    assert "1,234" in list_texts(draw_slices(dimension, "a"))


def test_defects_start_from_scans_without_any():
    rows = [
        make_slice("blur 4", 0.3, dimension="defect"),
        make_slice("none", 0.8, dimension="defect"),
        make_slice("dose loss 1", 0.7, dimension="defect"),
        make_slice("blur 2", 0.6, dimension="defect"),
        make_slice("pistol"),
    ]
    blur, dose = group_defects(rows)
    assert blur.kind == "blur"
    assert [(s, row.pd and row.pd.share) for s, row in blur.steps.items()] == [
        (0, 0.8),
        (2, 0.6),
        (4, 0.3),
    ]
    assert list(dose.steps) == [0, 1]
    assert "blur" in list_texts(draw_defect(blur, dose, "a"))
