"""The page of an audit, from its template."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from benchmark.audit.auditing import Audit
from benchmark.audit.charts import draw_charts
from benchmark.audit.checks import Finding, Outcome, Shot
from benchmark.audit.counts import tabulate
from benchmark.audit.firearm_sizes import ANY, HANDGUN, SPARE
from benchmark.audit.pictures import Image
from benchmark.audit.scanners import LEAST_DRIFT, NOISY
from benchmark.audit.sheets import SHOWN, ContactSheet
from benchmark.report.rendering import PAGE as REPORT_PAGE
from benchmark.report.words import count_of, say_rate, show_text

PAGE: Final = Path(str(files("benchmark.audit"))) / "page"

MOST_NAMES: Final = 300
"""Names in a list of a page; all are in audit.json."""

_SIGNS: Final[dict[Outcome, str]] = {
    "mend": "fail",
    "look": "cannot tell",
    "fine": "pass",
    "not checked": "none",
}
_TITLES: Final[dict[Outcome, str]] = {
    "mend": "Must be mended",
    "look": "To be looked at",
    "fine": "Fine",
    "not checked": "Not checked",
}


def render_audit(
    audit: Audit, sheets: Sequence[ContactSheet], images: Mapping[Shot, Image]
) -> str:
    """Fill in the template.

    Args:
        audit: What was found.
        sheets: Of firearms.
        images: Every picture that the page needs.
    """
    css = Markup("\n").join(
        Markup(path.read_text(encoding="utf-8"))  # noqa: S704 - our own
        for path in (REPORT_PAGE / "report.css", PAGE / "audit.css")
    )
    template = _make_environment().get_template("audit.html")
    return template.render(
        _sum_up(audit),
        audit=audit,
        readings=audit.readings,
        sheets=sheets,
        images=images,
        tables=tabulate(audit.readings),
        charts=draw_charts(audit.readings),
        css=css,
        policy=_make_policy(css),
        signs=_SIGNS,
        shown=SHOWN,
        most_names=MOST_NAMES,
        spare=SPARE,
        handgun=HANDGUN,
        any_gun=ANY,
        least_drift=LEAST_DRIFT,
        noisy=NOISY,
    )


def _sum_up(audit: Audit) -> dict[str, Any]:
    """The word, the sentence and the lists that a reader sees first."""
    word = "MEND" if audit.must_mend else "LOOK" if audit.to_look_at else "FINE"
    outcome: Outcome = (
        "mend" if audit.must_mend else "look" if audit.to_look_at else "fine"
    )
    sign = _SIGNS[outcome]
    return {
        "word": word,
        "sentence": audit.sentence,
        "look": {"classes": sign.replace(" ", "-"), "sign": sign},
        "answers": [
            (each, title, _choose(audit, each)) for each, title in _TITLES.items()
        ],
        "met": [finding for finding in audit.findings if finding.items],
        "synthetic": _say_synthetic(audit),
    }


def _choose(audit: Audit, outcome: Outcome) -> list[Finding]:
    return [finding for finding in audit.findings if finding.outcome == outcome]


def _say_synthetic(audit: Audit) -> str:
    count = sum(reading.synthetic for reading in audit.readings)
    known = {0: "none", len(audit.readings): "all"}
    return known.get(count, f"{count:,} of them")


def _make_environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader([PAGE, REPORT_PAGE]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_show,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(rate=say_rate, count=count_of)  # its macros want them
    return environment


def _show(value: Any) -> Any:
    """Text that others wrote without what hides in it; all else as it is."""
    plain = isinstance(value, str) and not isinstance(value, Markup)
    return show_text(value) if plain else value


def _make_policy(css: str) -> str:
    """What the page may load: pictures within it, and the very style."""
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )
