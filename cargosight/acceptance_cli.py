"""The command line of a site: test sheet, suite, acceptance, drift."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from cargosight.options import Device, Json, Profile
from cargosight.progress import progress_bars

site_app = typer.Typer(
    help="Test sheets and sealed suites of sites.", no_args_is_help=True
)

Day = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD")
]


@site_app.command("sheet", epilog="Example: cargosight benchmark site sheet port.toml")
def site_sheet(
    place: Annotated[Path, typer.Argument(help="The file to write.")],
) -> None:
    """Write a test sheet to fill in: which pieces lie where, which scans show them."""
    from benchmark.acceptance.sheet import write_blank_sheet

    write_blank_sheet(place)
    typer.echo(f"{place}: fill it in, scan, then: cargosight benchmark site seal")


@site_app.command(
    "seal",
    epilog="Example: cargosight benchmark site seal port.toml scans --out port-suite",
)
def site_seal(
    sheet: Annotated[Path, typer.Argument(help="Filled sheet, or a dataset's folder.")],
    out: Annotated[Path, typer.Option(help="Folder of the site's suite.")],
    scans: Annotated[
        Path | None, typer.Argument(help="Folder of the sheet's scans.")
    ] = None,
    labels: Annotated[
        Path | None, typer.Option(help="Dataset whose labels have the boxes.")
    ] = None,
    profile: Profile = None,
    site: Annotated[str, typer.Option(help="Of a dataset: which port.")] = "",
    scanner: Annotated[str, typer.Option(help="Of a dataset: which scanner.")] = "",
    split: Annotated[str, typer.Option(help="Of a dataset: which part.")] = "held-out",
    least_firearms: Annotated[
        int | None, typer.Option(min=1, help="Of a dataset: fewest placements.")
    ] = None,
    least_clean: Annotated[
        int | None, typer.Option(min=1, help="Of a dataset: fewest clean passes.")
    ] = None,
) -> None:
    """Seal the scans of a test sheet, or of a labelled dataset, as a site's suite."""
    from cargosight.accepting import DatasetHeading, SheetScans, seal_site

    heading = DatasetHeading(site, scanner, split, least_firearms, least_clean)
    with progress_bars() as report:
        sealed = seal_site(
            sheet,
            SheetScans(scans, labels, profile),
            out,
            heading=heading,
            progress=lambda done, count: report("sealing", done, count),
        )
    typer.echo(sealed)


def accept(
    suite: Annotated[Path, typer.Argument(help="Folder of the site's suite.")],
    out: Annotated[Path, typer.Option(help="Folder of the acceptance.")],
    bundle: Annotated[
        Path | None, typer.Option(help="Bundle; the one that ships, if absent.")
    ] = None,
    device: Device = "cpu",
    threads: Annotated[int | None, typer.Option(min=1, help="Of the CPU.")] = None,
    point: Annotated[
        str | None, typer.Option(help="Operating point; the first, if absent.")
    ] = None,
    rules: Annotated[
        str, typer.Option(help="Rules of the verdict: accept, or a TOML.")
    ] = "accept",
    as_json: Json = False,
) -> None:
    """Run a bundle on a site's suite, here; write acceptance.json and a page to sign.

    Exit code: that of the verdict, 0 pass, 1 fail, 3 cannot tell.
    """
    from benchmark.evaluation.running import RunOptions
    from cargosight.accepting import accept_suite

    with progress_bars() as report:
        found = accept_suite(
            suite,
            bundle,
            out,
            how=RunOptions(device, threads, point),
            rules=rules,
            progress=report,
        )
    typer.echo(found.as_json() if as_json else found.as_text())
    raise typer.Exit(found.exit_code)


def drift(
    results: Annotated[Path, typer.Argument(help="What `detect --out` filled.")],
    scans: Annotated[
        list[str], typer.Option(help="What `detect` was given: files, folders, globs.")
    ],
    baseline: Annotated[Path, typer.Option(help="acceptance.json of the site.")],
    since: Day = None,
    until: Day = None,
    match: Annotated[
        bool, typer.Option("--match", help="Weigh acceptance by the week's traffic.")
    ] = False,
    level: Annotated[
        float,
        typer.Option(min=1e-6, max=0.2, help="How often chance may alarm in a week."),
    ] = 0.01,
    profile: Profile = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    out: Annotated[Path | None, typer.Option(help="HTML page to write.")] = None,
    as_json: Json = False,
) -> None:
    """Compare each week, or the days given, with acceptance: scores and pictures.

    Exit code: 1 if any week has drifted, 3 if any has too few scans to tell, else 0.
    """
    from cargosight.accepting import DriftWishes, find_drift

    wishes = DriftWishes(
        since=_as_day(since),
        until=_as_day(until),
        match=match,
        level=level,
        profile=profile,
        workers=workers,
        page=out,
    )
    with progress_bars() as report:
        found = find_drift(
            results,
            scans,
            baseline,
            wishes=wishes,
            progress=lambda done, count: report("measuring", done, count),
        )
    typer.echo(found.as_json() if as_json else found.as_text())
    raise typer.Exit(found.exit_code)


def drift_trial(
    steady: Annotated[
        int, typer.Option(min=20, help="Scans with nothing wrong.")
    ] = 500,
    wrong: Annotated[int, typer.Option(min=1, help="Scans with each fault.")] = 60,
    weeks: Annotated[int, typer.Option(min=1, help="Weeks of each sort.")] = 200,
    clean: Annotated[int, typer.Option(min=20, help="Passes of an acceptance.")] = 60,
    bundle: Annotated[
        Path | None, typer.Option(help="Bundle; the one that ships, if absent.")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="Of the draws of weeks.")] = 0,
    as_json: Json = False,
) -> None:
    """Measure on simulated weeks how soon drift is found, and how often for nothing.

    Exit code: 1 if over 5 % of the weeks with nothing wrong raise the alarm.
    """
    from cargosight.accepting import TrialWishes, try_drift

    wishes = TrialWishes(steady, wrong, weeks, clean, bundle, workers, seed)
    with progress_bars() as report:
        found = try_drift(wishes, progress=report)
    typer.echo(found.as_json() if as_json else found.as_text())
    raise typer.Exit(0 if found.met else 1)


def _as_day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()
