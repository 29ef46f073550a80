"""What several files of one scanner agree on."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from data.errors import ScannerProfileError
from data.onboarding.inspecting import Finding


@dataclass(frozen=True, slots=True)
class Agreement:
    """One property, and which files say otherwise.

    Attributes:
        name: Of the property.
        value: What most files say.
        against: Names of files that say otherwise.
    """

    name: str
    value: Any
    against: tuple[str, ...] = ()


Property = tuple[str, Callable[[Finding], Any]]

_OF_ALL: tuple[Property, ...] = (
    ("polarity", lambda f: f.polarity.name),
    ("turns", lambda f: f.turn.quarter_turns),
    ("scan direction", lambda f: f.turn.along),
    ("planes", lambda f: f.names),
    ("full scale", lambda f: f.full_scale),
)


def agree(findings: Sequence[Finding]) -> dict[str, Agreement]:
    """Find on what files agree.

    Args:
        findings: Of one or more files of one kind.

    Raises:
        ScannerProfileError: If raw and other files are mixed.
    """
    kinds = {f.kind for f in findings}
    if len(kinds) > 1:
        msg = (
            f"These files are of several kinds ({', '.join(sorted(kinds))}). Check "
            "each kind by itself."
        )
        raise ScannerProfileError(msg)
    properties = list(_OF_ALL)
    if kinds == {"raw"}:
        properties += [
            ("type", lambda f: _layout(f).element.name),
            ("byte order", lambda f: _layout(f).element.byte_order),
            ("header", lambda f: _layout(f).header_bytes),
            ("footer", lambda f: _layout(f).footer_bytes),
            ("order of planes", lambda f: _layout(f).order),
            ("magic", lambda f: None if f.stored is None else f.stored.head),
        ]
        columns = all(f.turn.along == "columns" for f in findings)
        if columns and len({_layout(f).width for f in findings}) == 1:
            properties.append(("width", lambda f: _layout(f).width))
    return {name: _vote(name, findings, ask) for name, ask in properties}


def _layout(finding: Finding) -> Any:
    return None if finding.stored is None else finding.stored.layout


def _vote(
    name: str, findings: Sequence[Finding], ask: Callable[[Finding], Any]
) -> Agreement:
    values = [ask(finding) for finding in findings]
    value = Counter(values).most_common(1)[0][0]
    pairs = zip(findings, values, strict=True)
    against = tuple(f.path.name for f, said in pairs if said != value)
    return Agreement(name, value, against)
