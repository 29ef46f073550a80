"""The page of a report, from its templates."""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from benchmark.evaluation.slices import FEW
from benchmark.metrics.matching import LEAST_IOU
from benchmark.metrics.rates import REPETITIONS
from benchmark.report.charts.defects import DEFECT, draw_defect, group_defects
from benchmark.report.charts.operating import draw_froc, draw_roc
from benchmark.report.charts.slices import draw_slices, group_slices
from benchmark.report.contents import Contents, Difference
from benchmark.report.findings import (
    group_findings,
    say_chance,
    say_change_word,
    say_difference,
    say_measured,
    say_needed,
    say_power,
    say_value,
)
from benchmark.report.gallery.building import Card, Gallery
from benchmark.report.gallery.detail import PX_PER_STEP, Detail
from benchmark.report.gallery.marks import Mark
from benchmark.report.notes import list_notes
from benchmark.report.tables import (
    count_lying,
    list_points,
    tabulate_figures,
    tabulate_provenance,
)
from benchmark.report.words import (
    count_of,
    say_mean,
    say_percent,
    say_rate,
    say_span,
    show_text,
)
from benchmark.verdict.finding import Finding
from benchmark.verdict.rule_file import Rule
from data.truth import VISIBLE

PAGE: Final = Path(str(files("benchmark.report"))) / "page"

_TEXT_PX: Final = 14


def render_page(
    contents: Contents, galleries: Mapping[str, Gallery], *, live: bool = True
) -> str:
    """Fill in the templates.

    Args:
        contents: What the report shows.
        galleries: Its pictures, as `build_galleries` makes them.
        live: Whether for a browser, with readings, scripts and colours that follow its
            scheme; else for paper.
    """
    css, js = (_read(name) for name in ("report.css", "report.js"))
    template = _make_environment(contents).get_template("report.html")
    page = template.render(
        _list_figures(contents)
        | _draw_charts(contents)
        | {
            "galleries": galleries,
            "live": live,
            "bare": sum(
                not card.packed for found in galleries.values() for card in found.cards
            ),
            "css": css,
            "js": js,
            "policy": _make_policy(css, js if live else ""),
        }
    )
    return page if live else _name_colours(page, css)


def _list_figures(contents: Contents) -> dict[str, Any]:
    """What the templates show of the figures, by name."""
    evaluation = contents.candidate.ledger.evaluation
    champion, verdict = contents.champion, contents.verdict
    return {
        "contents": contents,
        "verdict": verdict,
        "findings": group_findings(verdict.findings) if verdict else [],
        "suite": evaluation.stamp.suite,
        "bundle": evaluation.stamp.bundle,
        "stamp": evaluation.stamp,
        "points": list_points(contents.candidate.ledger),
        "card": contents.candidate.scorecard,
        "theirs": {} if champion is None else champion.scorecard,
        "notes": list_notes(contents),
        "table": tabulate_figures(contents),
        "provenance": tabulate_provenance(contents),
        "lying": count_lying(contents.candidate.ledger),
        "few": FEW,
        "least_iou": LEAST_IOU,
        "visible": VISIBLE,
        "px_per_step": PX_PER_STEP,
        "repetitions": f"{REPETITIONS:,}",
    }


def _draw_charts(contents: Contents) -> dict[str, Any]:
    ours = contents.candidate.slices
    theirs = () if contents.champion is None else contents.champion.slices
    dimensions = [d for d in group_slices(ours, theirs) if d.name != DEFECT]
    others = {curve.kind: curve for curve in group_defects(theirs)}
    return {
        "froc": draw_froc(contents),
        "roc": draw_roc(contents),
        "slices": [
            (one, draw_slices(one, f"slices-{number}"))
            for number, one in enumerate(dimensions)
        ],
        "defects": [
            (one, draw_defect(one, others.get(one.kind), f"defect-{n}"))
            for n, one in enumerate(group_defects(ours))
        ],
    }


def _make_environment(contents: Contents) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(PAGE),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_show,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(_list_filters(contents))
    return environment


def _list_filters(contents: Contents) -> dict[str, Callable[..., Any]]:
    def find_rule(finding: Finding) -> Rule | None:
        known = contents.rules
        return known[finding.rule] if finding.rule < len(known) else None

    return {
        "percent": say_percent,
        "rate": say_rate,
        "mean": say_mean,
        "span": say_span,
        "count": count_of,
        "rule": find_rule,
        "measured": say_measured,
        "power": say_power,
        "needed": say_needed,
        "side": _say_side,
        "chance": say_chance,
        "change": say_difference,
        "change_word": say_change_word,
        "label": _place_label,
        "jpeg": Detail.as_jpeg,
        "readings": _describe_readings,
    }


def _show(value: Any) -> Any:
    """Text that others wrote without what hides in it; all else as it is."""
    plain = isinstance(value, str) and not isinstance(value, Markup)
    return show_text(value) if plain else value


def _say_side(one: Difference, side: str) -> str:
    return say_value(one, one.first if side == "first" else one.second)


def _place_label(mark: Mark, detail: Detail) -> tuple[float, float]:
    """Where the text of a mark begins: over it, or within it at the upper edge."""
    height, width = detail.picture.shape[:2]
    over = mark.y - 5
    y = over if over > _TEXT_PX else min(mark.y + mark.height + _TEXT_PX, height - 5)
    return round(min(max(mark.x, 3.0), width - 34.0), 1), round(y, 1)


def _describe_readings(card: Card) -> Markup:
    """The readings of a picture, for the page's script."""
    detail = card.detail
    channels, height, width = detail.levels.shape
    low, high = detail.window
    head = {
        "channels": channels,
        "width": width,
        "height": height,
        "low": low,
        "high": high,
        "bright": detail.bright,
        "place": detail.place,
        "data": card.packed,
    }
    return Markup(json.dumps(head))  # noqa: S704 - numbers and base64


def _read(name: str) -> Markup:
    """A file of the page that is put into it as it is."""
    return Markup((PAGE / name).read_text(encoding="utf-8"))  # noqa: S704 - our own


def _make_policy(css: str, js: str) -> str:
    """What the page may load: pictures within it, and the very style and script."""
    parts = [
        "default-src 'none'",
        "img-src data:",
        f"style-src '{_hash(css)}'",
        f"script-src '{_hash(js)}'" if js else "script-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    return "; ".join(parts)


def _name_colours(page: str, css: str) -> str:
    """The page with its light colours in place of variables in attributes of SVG.

    WeasyPrint knows variables in styles alone.
    """
    colours: dict[str, str] = {}
    for name, value in re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css):
        colours.setdefault(name, value)
    return re.sub(r'"var\(--([\w-]+)\)"', lambda met: f'"{colours[met[1]]}"', page)


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
