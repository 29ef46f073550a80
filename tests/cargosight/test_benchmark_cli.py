"""The commands for QA: suites are sealed, bundles judged, exit codes tell."""

import json

import pytest

from benchmark.suite.sealed import FOLDER, SealedList, SuiteScan, seal_suite
from cargosight.cli import main
from data.dataset import DatasetIndex, IndexedScan, hash_file
from data.formats import write_scan
from data.truth import Truth, TruthObject
from detector.bundle import read_bundle
from tests.detector.graphs import make_bundle
from tests.detector.seeing import THING, make_counts, make_steady_graph

HIT = (4.0, 6.0, 20.0, 16.0)
"""Where the steady graph sees something, with a score of 0.75."""

PASSED = 'title = "t"\n[[rules]]\nmetric = "pd"\nleast = 0.9\nby = "estimate"\n'
FAILED = 'title = "t"\n[[rules]]\nmetric = "pfa"\nmost = 0.1\nby = "estimate"\n'
OPEN = 'title = "t"\n[[rules]]\nmetric = "pd"\nnot_worse_by = 0.01\n'


def make_suite(root, armed, clean, *, name="s", role="test"):
    """Seal scans of 32 px, some with a firearm where the graph sees one."""
    scans = []
    for number in range(armed + clean):
        stem = root / FOLDER / str(number)
        files = (stem.with_suffix(".tiff"), stem.with_suffix(".truth.json"))
        scan = make_counts((32, 32), [THING], pitch_mm=(4.0, 4.0))
        write_scan(scan, files[0])
        objects = (TruthObject(box=HIT),) if number < armed else ()
        files[1].write_text(Truth(objects=objects).model_dump_json())
        scans.append(
            SuiteScan(
                scan=files[0].name,
                truth=files[1].name,
                files={path.name: hash_file(path) for path in files},
                inspection=str(number),
                group=str(number),
                part="all",
                kind="single",
                synthetic=True,
            )
        )
    seal_suite(
        root,
        SealedList(
            name=name,
            title="t",
            role=role,
            origin="o",
            versions={},
            scans=tuple(scans),
        ),
    )
    return root


@pytest.fixture
def bundle(tmp_path):
    make_bundle(tmp_path / "bundle", {"dual": make_steady_graph()})
    return tmp_path / "bundle"


def run(capsys, *words):
    """Exit code, standard output, standard error."""
    code = main([str(word) for word in words])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_bundle_is_run_judged_and_reported(tmp_path, capsys, bundle):
    suite = make_suite(tmp_path / "suite", 3, 2)
    out = tmp_path / "e"
    words = ("benchmark", "run", suite, "--bundle", bundle, "--out", out)
    code, said, _ = run(capsys, *words)
    assert code == 0
    assert "Pd 100.0%" in said
    assert "Pfa 100.0%" in said
    assert (out / "report.html").is_file()
    assert json.loads((out / "report.json").read_text())

    (tmp_path / "good.toml").write_text(PASSED)
    (tmp_path / "bad.toml").write_text(FAILED)
    code, said, _ = run(capsys, *words, "--rules", tmp_path / "good.toml")
    assert code == 0
    assert "PASS" in said
    assert "<testcase" in (out / "junit.xml").read_text()
    code, said, _ = run(capsys, *words, "--rules", tmp_path / "bad.toml", "--json")
    assert code == 1
    assert json.loads(said)["verdict"] == "fail"


def test_two_evaluations_are_compared_and_too_little_is_said_to_be(
    tmp_path, capsys, bundle
):
    suite = make_suite(tmp_path / "suite", 3, 2)
    for name in ("a", "b"):
        run(
            capsys,
            "benchmark",
            "run",
            suite,
            "--bundle",
            bundle,
            "--out",
            tmp_path / name,
        )
    (tmp_path / "open.toml").write_text(OPEN)
    words = ("benchmark", "compare", suite, tmp_path / "a", tmp_path / "b")
    code, said, _ = run(
        capsys, *words, "--out", tmp_path / "c", "--rules", tmp_path / "open.toml"
    )
    assert code == 3
    assert "CANNOT TELL" in said
    assert (tmp_path / "c" / "report.html").is_file()


def test_renderings_are_not_compared_with_counts(tmp_path, capsys):
    suite = make_suite(tmp_path / "suite", 1, 1)
    graphs = {"dual": make_steady_graph(), "display": make_steady_graph()}
    make_bundle(tmp_path / "both", graphs)
    words = ("benchmark", "run", suite, "--bundle", tmp_path / "both", "--out")
    run(capsys, *words, tmp_path / "a")
    run(capsys, *words, tmp_path / "b", "--rendered")
    both = (tmp_path / "a", tmp_path / "b")
    code, said, error = run(
        capsys, "benchmark", "compare", suite, *both, "--out", tmp_path / "c"
    )
    assert (code, said) == (1, "")
    assert "both with --rendered, or neither" in error
    assert not (tmp_path / "c").exists()


def test_a_changed_suite_does_not_run(tmp_path, capsys, bundle):
    suite = make_suite(tmp_path / "suite", 1, 1)
    scan = suite / FOLDER / "1.tiff"
    changed = bytearray(scan.read_bytes())
    changed[-1] ^= 1
    scan.write_bytes(bytes(changed))
    for words in (
        ("benchmark", "run", suite, "--bundle", bundle, "--out", tmp_path / "e"),
        ("benchmark", "suite", "check", suite),
    ):
        code, said, error = run(capsys, *words)
        assert (code, said) == (1, "")
        assert "1.tiff was changed" in error
    assert not (tmp_path / "e").exists()


def test_how_many_firearms_a_comparison_needs(capsys):
    words = ("benchmark", "power", "--margin", "0.01", "--discordance", "0.08")
    code, said, _ = run(capsys, *words, "--firearms", "5000", "--json")
    assert code == 0
    figures = json.loads(said)
    assert 4900 < figures["firearms_needed"] < 5100
    assert 0.79 < figures["power"] < 0.82
    code, said, _ = run(capsys, *words)
    assert "firearms let a bundle" in said


def test_suites_are_listed_made_and_checked(tmp_path, capsys):
    code, said, _ = run(capsys, "benchmark", "suite", "list")
    assert code == 0
    assert "standard" in said
    plan = tmp_path / "plan.toml"
    plan.write_text(
        'name = "p"\ntitle = "t"\nseed = 1\n[[parts]]\nname = "p"\nscans = 4\n'
        'recipe = { length_m = 2.0, scanner = "simulated 6 MV" }\n'
    )
    made = ("benchmark", "suite", "make", plan, "--out", tmp_path / "s")
    code, said, _ = run(capsys, *made, "--share", "0.5")
    assert code == 0
    assert "p x 0.5, 2 scans" in said
    code, again, _ = run(capsys, "benchmark", "suite", "check", tmp_path / "s")
    assert (code, again) == (0, said)


def test_real_scans_are_sealed(tmp_path, capsys):
    root = tmp_path / "real"
    scan = make_counts((32, 32), [THING], pitch_mm=(4.0, 4.0))
    write_scan(scan, root / "a.tiff")
    (root / "a.json").write_text(Truth().model_dump_json())
    entries = tuple(
        IndexedScan(scan="a.tiff", truth="a.json", split=split)
        for split in ("train", "held-out")
    )
    index = DatasetIndex(name="real", synthetic=False, scans=entries)
    (root / "dataset.json").write_text(index.model_dump_json())
    code, said, _ = run(
        capsys,
        "benchmark",
        "suite",
        "seal",
        root,
        "--name",
        "port",
        "--out",
        tmp_path / "s",
    )
    assert code == 0
    assert "port, 1 scans" in said


def test_a_bundle_is_calibrated_or_a_site_gets_a_point_of_its_own(
    tmp_path, capsys, bundle
):
    first = make_suite(tmp_path / "c", 0, 20, name="c", role="calibration")
    second = make_suite(tmp_path / "t", 2, 2, name="t")
    station = tmp_path / "station.toml"
    station.write_text("# ours\n[lanes]\nfolder = 1\n")
    pair = ("bundle", "calibrate", bundle, "--suite", first, "--check", second)
    words = (*pair, "--out", tmp_path / "work", "--pfa", "0.1")
    code, said, _ = run(capsys, *words, "--station", station)
    assert code == 0
    assert "normal >= 0.75" in said
    text = station.read_text()
    assert text.startswith("# ours\n[lanes]\nfolder = 1\n")
    assert "[operating_points.dual]" in text
    assert read_bundle(bundle).manifest.status == "draft"

    code, said, _ = run(capsys, *words)
    assert code == 0
    manifest = read_bundle(bundle).manifest
    assert manifest.status == "calibrated"
    assert manifest.graphs["dual"].operating_points[0].name == "normal"
    assert "normal" in (bundle / "card.md").read_text()
    code, _, error = run(capsys, *words)
    assert code == 1
    assert "Choose a new folder" in error

    station.write_text("[[")
    third = (*pair, "--out", tmp_path / "more", "--pfa", "0.1", "--station", station)
    code, _, error = run(capsys, *third)
    assert code == 1
    assert "cannot be read as TOML" in error
    assert station.read_text() == "[["
