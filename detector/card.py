"""The card of a bundle: what it is, in words, for people."""

from collections.abc import Iterator

from detector.blind_spots import describe_blind_spots
from detector.manifest import GraphEntry, GraphKind, Manifest
from detector.operating_point import OperatingPoint

TAKES = {
    "dual": "counts of one or two energies (16 bits)",
    "display": "a vendor's rendering (8 bits)",
}

OLD = "tile_"
"""How the metrics of bundles begin that were measured tile by tile."""

LIMITS = (
    "It finds shapes. A container without an alarm is not thereby free of firearms.",
    "Its figures are measured on the scans named beside them and on no others; those "
    "from simulated scans say nothing of a port's scanner until measured there.",
    "The score is the network's output, not a probability.",
    "What the overlay hatches as opaque was not inspected.",
)


def write_card(manifest: Manifest) -> str:
    """Describe a bundle.

    Args:
        manifest: Of the bundle.

    Returns:
        Markdown.
    """
    return "\n".join(_lines(manifest)) + "\n"


def _lines(manifest: Manifest) -> Iterator[str]:
    trained = "simulated scans only" if manifest.synthetic_only else "real scans too"
    yield f"# {manifest.name} {manifest.version}"
    yield ""
    yield f"Status: **{manifest.status}**. Finds: {', '.join(manifest.labels)}."
    yield f"Trained on {trained}. Licence: {manifest.licence}."
    yield ""
    yield from _trust_lines(manifest)
    for kind, entry in manifest.graphs.items():
        yield from _graph_lines(kind, entry)
    yield ""
    yield "## What it cannot do"
    yield ""
    yield from (f"- {limit}" for limit in LIMITS)
    yield ""
    yield "## Made with"
    yield ""
    yield ", ".join(f"{name} {version}" for name, version in manifest.versions.items())


def _trust_lines(manifest: Manifest) -> Iterator[str]:
    """What a signature, if there is one, vouches for."""
    verdict = manifest.verdict
    if verdict is None:
        unproven = ": it was signed without one" * (manifest.status == "signed")
        yield f"- Verdict: none{unproven}."
    else:
        yield (
            f"- Verdict: {verdict.result} on {verdict.suite} (sealed "
            f"{verdict.suite_sha256[:12]}), report {verdict.report_sha256[:12]}."
        )
    if manifest.not_after is None:
        yield f"- Does not expire. Counter: {manifest.counter}."
    else:
        yield (
            f"- Expires on {manifest.not_after:%Y-%m-%d}. Counter: {manifest.counter}."
        )
    yield (
        "- Who signed it, this card cannot know: ask `cargosight bundle verify`."
        if manifest.status == "signed"
        else "- Not signed: no station runs it unless it is told to."
    )


def _graph_lines(kind: GraphKind, entry: GraphEntry) -> Iterator[str]:
    yield ""
    yield f"## Graph `{entry.file}`"
    yield ""
    yield f"- Takes {TAKES[kind]}, at {entry.scale.pitch_mm:g} mm a pixel."
    yield f"- Weights: {entry.precision}."
    if entry.scale.longest_side_px is not None:
        side = entry.scale.longest_side_px
        yield f"- Scans without a pitch are brought to a longest side of {side} px."
    yield f"- Tiles of {entry.tile_side} px that overlap by {entry.tile_overlap} px."
    if entry.mirrored:
        yield "- Looks at each tile twice, once in the mirror, and answers the mean."
    if entry.rescaled:
        yield "- Looks at each tile at three scales, and answers what they agree on."
    if entry.refined:
        yield "- Looks at its answers again, by a refiner, and scores them anew."
    yield f"- Started from {entry.base.name}, seed {entry.seed}."
    for name, value in entry.metrics.items():
        parts = "tiles" if name.startswith(OLD) else "scans"
        parts += ", looking once" * (entry.mirrored or entry.rescaled)
        yield f"- {name} on validation {parts}: {value:.3f}."
    for point in entry.operating_points:
        yield f"- Operating point {_describe(point)}."
    if entry.parity is not None:
        yield (
            "- Differs from its checkpoint by at most "
            f"{entry.parity.score:.1e} in score and {entry.parity.box_px:.1e} px, on "
            f"{entry.parity.tiles} tiles and {entry.parity.scans} whole scans."
        )
    yield from describe_blind_spots(entry)


def _describe(point: OperatingPoint) -> str:
    parts = [f"**{point.name}**: score >= {point.threshold:.3f}"]
    for name, share, interval in (
        ("Pd", point.pd, point.pd_interval),
        ("Pfa", point.pfa, point.pfa_interval),
    ):
        if share is not None and interval is not None:
            low, high = interval
            parts.append(f"{name} {share:.1%} (95 %: {low:.1%} to {high:.1%})")
    if point.suite is not None:
        parts.append(f"on {point.suite}")
    return ", ".join(parts)
