"""Tests of the commands of a site: sheet, seal, accept, drift."""

import json

import pytest
import typer

from benchmark.acceptance import trial
from benchmark.acceptance.sheet import read_sheet
from cargosight import acceptance_cli
from cargosight.cli import main
from data.dataset import DatasetIndex, IndexedScan
from data.formats import write_scan
from data.truth import Truth, TruthObject
from tests.benchmark.acceptance.sites import (
    CLEAN,
    GUN,
    draw_rows,
    make_entries,
    make_picture,
    write_scans,
)
from tests.detector.graphs import make_bundle
from tests.detector.seeing import SeeingRuntime


@pytest.fixture
def run(capsys):
    """Run a command of these by itself: exit code, output, what it said in error."""
    app = typer.Typer()
    app.command("accept")(acceptance_cli.accept)
    app.command("drift")(acceptance_cli.drift)
    app.command("drift-trial")(acceptance_cli.drift_trial)
    app.add_typer(acceptance_cli.site_app, name="site")

    def call(*words):
        code = 0
        try:
            app(args=[str(word) for word in words], standalone_mode=True)
        except SystemExit as stop:
            code = int(stop.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def write_sheet(place, **changes):
    """The small site's sheet as TOML."""
    entries = make_entries(**changes)
    lines = ["format = 1"]
    lists = ("pieces", "placements", "clean", "left_out")
    lines += [f"{k} = {json.dumps(v)}" for k, v in entries.items() if k not in lists]
    for name in lists:
        for entry in entries[name]:
            lines.append(f"[[{name}]]")
            lines += [f"{key} = {_as_toml(value)}" for key, value in entry.items()]
    place.write_text("\n".join(lines))
    return place


def _as_toml(value):
    if not isinstance(value, list):
        return json.dumps(value)
    boxes = [f'{{file = "{s["file"]}", box = {_box(s["box"])}}}' for s in value]
    return f"[{', '.join(boxes)}]"


def _box(box):
    return [float(side) for side in box]


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder with the scans, the sheet and a bundle that sees what is dark."""
    SeeingRuntime.replace(monkeypatch)
    write_scans(tmp_path / "scans")
    write_sheet(tmp_path / "sheet.toml")
    make_bundle(tmp_path / "bundle")
    return tmp_path


def seal(run, site):
    words = (site / "sheet.toml", site / "scans", "--out", site / "suite")
    return run("site", "seal", *words)


def accept(run, site, *more):
    if not (site / "suite").exists():
        seal(run, site)
    return run(
        "accept",
        site / "suite",
        "--bundle",
        site / "bundle",
        "--out",
        site / "acceptance",
        *more,
    )


def test_a_sheet_to_fill_in_is_written(tmp_path, run):
    code, out, _ = run("site", "sheet", tmp_path / "new.toml")
    assert code == 0
    assert "benchmark site seal" in out
    assert read_sheet(tmp_path / "new.toml").pieces


def test_a_filled_sheet_is_sealed(site, run):
    code, out, _ = seal(run, site)
    assert code == 0
    assert "2 independent placements of firearms" in out
    assert f"clean passes of {CLEAN} containers, {CLEAN + 4} scans, seal " in out
    assert (site / "suite/suite.json").is_file()


def test_an_acceptance_answers_with_the_verdicts_code_and_a_page(site, run):
    code, out, _ = accept(run, site)
    assert code == 3
    assert "CANNOT TELL" in out
    assert "not in every scan an alarm: A2" in out
    assert "open: The bundle test 1 is a draft" in out
    assert (site / "acceptance/acceptance.html").is_file()
    code, out, _ = accept(run, site, "--json")
    figures = json.loads(out)
    assert figures["verdict"] == "cannot tell"
    assert figures["pd"] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("limit", "code"), [("least = 0.1", 0), ("least = 0.9", 1)], ids=["pass", "fail"]
)
def test_rules_of_ones_own_decide(site, run, limit, code):
    (site / "rules.toml").write_text(
        f'format = 1\ntitle = "own"\n[[rules]]\nmetric = "pd"\n{limit}\nby = "estimate"'
    )
    assert accept(run, site, "--rules", site / "rules.toml")[0] == code


def watch(run, site, *more):
    accept(run, site)
    main(
        [
            "detect",
            str(site / "live"),
            "--out",
            str(site / "results"),
            "--bundle",
            str(site / "bundle"),
            "--allow-unsigned",
            "--no-overlay",
        ]
    )
    return run(
        "drift",
        site / "results",
        "--scans",
        site / "live",
        "--baseline",
        site / "acceptance",
        *more,
    )


def write_live(site, count, **how):
    for number in range(count):
        write_scan(make_picture(500 + number, **how), site / f"live/{number}.tiff")


@pytest.mark.parametrize(
    ("count", "how", "code", "word"),
    [
        (100, {}, 0, "STEADY"),
        (60, {"light": 0.9}, 1, "DRIFTED in air level"),
        (4, {}, 3, "TOO FEW TO TELL"),
    ],
    ids=["steady", "drifted", "too few"],
)
def test_drift_answers_with_a_code_for_each_case(site, run, count, how, code, word):
    write_live(site, count, **how)
    found, out, _ = watch(run, site, "--out", site / "drift.html")
    assert word in out
    assert found == code
    assert "Kingston" in (site / "drift.html").read_text()


def test_drift_of_given_days_as_json(site, run):
    write_live(site, 30)
    days = ("--since", "2020-01-01", "--until", "2100-01-01")
    baseline = site / "acceptance/acceptance.json"
    _, out, _ = watch(run, site, "--json", "--match", *days, "--baseline", baseline)
    line = out.splitlines()[-1]
    (week,) = json.loads(line)["weeks"]
    assert week["name"] == "2020-01-01 to 2100-01-01"
    answers = {figure["key"]: figure["answer"] for figure in week["figures"]}
    assert answers["attenuation"] == "not compared"


def write_dataset(root):
    """A dataset of three scans, all to train on."""
    x0, y0, x1, y1 = map(float, GUN)
    gun = TruthObject(box=(x0, y0, x1, y1), kind="pistol")
    rows = []
    for name, objects in (("a1-1", (gun,)), ("c00", ()), ("c01", ())):
        (root / f"{name}.json").write_text(Truth(objects=objects).model_dump_json())
        rows.append(
            IndexedScan(scan=f"{name}.tiff", truth=f"{name}.json", split="train")
        )
    index = DatasetIndex(name="d", synthetic=False, scans=tuple(rows))
    (root / "dataset.json").write_text(index.model_dump_json())


def test_a_labelled_dataset_is_sealed(site, run):
    write_dataset(site / "scans")
    code, out, _ = run(
        "site",
        "seal",
        site / "scans",
        "--out",
        site / "suite",
        "--site",
        "Port",
        "--scanner",
        "one",
        "--split",
        "train",
        "--least-firearms",
        "1",
        "--least-clean",
        "2",
    )
    assert code == 0
    assert "1 independent placements of firearms, clean passes of 2 containers" in out


def fail(run, *words):
    """What a command says when it fails."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 - `main` turns it into a line
        run(*words)
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_wrong_wishes_are_answered_in_one_line(site, run):
    sheet, out = site / "sheet.toml", site / "out"
    assert "Name their folder" in fail(run, "site", "seal", sheet, "--out", out)
    write_dataset(site / "scans")
    words = ("site", "seal", site / "scans", "--out", out)
    assert "give --site, --scanner" in fail(run, *words)
    named = (*words, "--site", "P", "--scanner", "S", "--split", "all")
    assert "There is no part 'all'" in fail(run, *named)


def test_the_alarm_is_tried_on_simulated_weeks(run, monkeypatch):
    pools = {trial.NOTHING: draw_rows(300, 1), "fog": draw_rows(100, 2, noise=0.008)}
    monkeypatch.setattr(trial, "simulate_pools", lambda *_, **__: pools)
    code, out, _ = run("drift-trial", "--weeks", "4", "--json")
    rows = json.loads(out)["rows"]
    assert code == 0
    fog = next(r for r in rows if r["wrong"] == "fog" and r["scans"] == 200)
    assert fog["alarmed"] == 1.0
    code, out, _ = run("drift-trial", "--weeks", "4")
    assert "fog" in out
