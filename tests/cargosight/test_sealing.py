"""Tests of the flow behind `cargosight bundle sign`."""

import hashlib
import json
import shutil
from datetime import UTC, date, datetime

import pytest

from benchmark.acceptance.accepting import AcceptOptions, accept_site
from benchmark.evaluation.running import RunOptions
from benchmark.verdict.rule_file import Rule, Rules
from cargosight import sealing
from cargosight.benchmarking import ReportOptions, run_benchmark
from cargosight.sealing import SealWish, seal_bundle
from data.errors import BundleError, CargosightError, ResultError, VerdictError
from detector.bundle import read_bundle
from detector.manifest import MANIFEST, SIGNATURE
from detector.trust import Pinned, open_bundle
from detector.trust.keys import make_keys, read_public_key
from tests.benchmark.acceptance.sites import seal_site
from tests.cargosight.test_benchmark_cli import FAILED, PASSED, make_suite
from tests.detector.graphs import make_bundle
from tests.detector.seeing import SeeingRuntime, make_steady_graph
from tests.detector.trust.signed import read_payload

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def bundle(tmp_path):
    """A calibrated bundle."""
    graphs = {"dual": make_steady_graph()}
    make_bundle(tmp_path / "bundle", graphs, status="calibrated", counter=4)
    return tmp_path / "bundle"


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    """File of a private key."""
    folder = tmp_path_factory.mktemp("keys")
    make_keys(folder / "port")
    return folder / "port.key"


def judge(bundle, root, rules):
    """Run a bundle on a small suite, and report."""
    if not (root / "suite").exists():
        make_suite(root / "suite", 3, 2)
    if rules is not None:
        (root / "rules.toml").write_text(rules)
    run_benchmark(
        root / "suite",
        bundle,
        root / "work",
        options=RunOptions(threads=1),
        shown=ReportOptions(None if rules is None else str(root / "rules.toml")),
        progress=lambda *_: None,
    )
    return root / "work" / "report.json"


def refuse(bundle, wish, error=BundleError, **options):
    """The bundle is refused in one line, and all of it stays as it was."""
    before = {place: place.read_bytes() for place in bundle.iterdir()}
    folder = sorted(bundle.parent.iterdir())
    with pytest.raises(error) as met:
        seal_bundle(bundle, wish, **({"now": NOW} | options))
    assert isinstance(met.value, CargosightError)
    assert "\n" not in str(met.value)
    assert {place: place.read_bytes() for place in bundle.iterdir()} == before
    assert sorted(bundle.parent.iterdir()) == folder
    return str(met.value)


def test_a_bundle_is_signed_for_a_year_with_the_next_counter(bundle, key):
    before = read_bundle(bundle)
    sealed = seal_bundle(bundle, SealWish(key), now=NOW)
    manifest = sealed.manifest
    assert manifest.status == "signed"
    assert manifest.not_after == datetime(2027, 6, 1, 23, 59, 59, tzinfo=UTC)
    assert (manifest.counter, manifest.verdict) == (5, None)
    assert manifest.graphs == before.manifest.graphs
    card = (bundle / "card.md").read_text()
    assert "**signed**" in card
    assert "Verdict: none" in card
    assert [place.name for place in bundle.parent.iterdir()] == ["bundle"]
    assert sealed.root == bundle
    assert sealed.signed_by is not None
    assert sealed.signed_by.startswith("port ")
    assert sealed.sha256 == read_bundle(bundle, now=NOW).sha256


def test_date_and_counter_may_be_said(bundle, key):
    wish = SealWish(key, not_after=date(2026, 6, 1), counter=9)
    manifest = seal_bundle(bundle, wish, now=NOW).manifest
    assert manifest.not_after == datetime(2026, 6, 1, 23, 59, 59, tzinfo=UTC)
    assert manifest.counter == 9


def test_the_statement_names_the_bundle_and_not_where_it_was_made(bundle, key):
    seal_bundle(bundle, SealWish(key), now=NOW)
    assert json.loads(read_payload(bundle))["subject"][0]["name"] == "bundle"


def test_a_bundle_is_signed_on_a_verdict(bundle, key, tmp_path):
    report = judge(bundle, tmp_path, PASSED)
    before = read_bundle(bundle)
    suite = json.loads(report.read_bytes())["suite"]
    sealed = seal_bundle(bundle, SealWish(key, verdict=report), now=NOW)
    verdict = sealed.manifest.verdict
    assert verdict is not None
    assert (verdict.suite, verdict.suite_sha256) == (suite["name"], suite["seal"])
    assert (verdict.result, verdict.bundle_sha256) == ("pass", before.sha256)
    assert verdict.report_sha256 == hashlib.sha256(report.read_bytes()).hexdigest()
    assert "Verdict: pass on s " in (bundle / "card.md").read_text()


def test_an_acceptance_is_a_verdict_too(bundle, key, tmp_path, monkeypatch):
    make_bundle(bundle, status="calibrated")
    found = read_bundle(bundle)
    SeeingRuntime.replace(monkeypatch)
    rules = Rules(title="Fit", rules=(Rule(metric="pd", least=0.5, by="estimate"),))
    accept_site(
        seal_site(tmp_path),
        found,
        tmp_path / "out",
        options=AcceptOptions(RunOptions(threads=1), rules),
        progress=lambda *_: None,
    )
    wish = SealWish(key, verdict=tmp_path / "out" / "acceptance.json")
    verdict = seal_bundle(bundle, wish, now=NOW).manifest.verdict
    assert verdict is not None
    assert verdict.bundle_sha256 == found.sha256


@pytest.mark.parametrize(
    ("rules", "says"), [(FAILED, "verdict 'fail'"), (None, "no verdict")]
)
def test_what_did_not_pass_is_not_signed(bundle, key, tmp_path, rules, says):
    report = judge(bundle, tmp_path, rules)
    assert says in refuse(bundle, SealWish(key, verdict=report), VerdictError)


def test_a_verdict_on_another_bundle_does_not_count(bundle, key, tmp_path):
    report = judge(bundle, tmp_path, PASSED)
    make_bundle(bundle, {"dual": make_steady_graph()}, status="calibrated", counter=5)
    line = refuse(bundle, SealWish(key, verdict=report), VerdictError)
    assert "not of this bundle" in line


def test_what_is_no_report_is_one_line(bundle, key, tmp_path):
    for name in ("report.json", "acceptance.json"):
        refuse(bundle, SealWish(key, verdict=tmp_path / name), ResultError)
        (tmp_path / name).write_text("{}")
        refuse(bundle, SealWish(key, verdict=tmp_path / name), ResultError)


def test_drafts_and_signed_bundles_are_not_signed(tmp_path, bundle, key):
    make_bundle(tmp_path / "draft")
    assert "bundle calibrate" in refuse(tmp_path / "draft", SealWish(key))
    seal_bundle(bundle, SealWish(key), now=NOW)
    assert "signed already" in refuse(bundle, SealWish(key))
    (bundle / SIGNATURE).unlink()
    assert "signed already" in refuse(bundle, SealWish(key))


def test_a_date_in_the_past_and_a_counter_that_goes_back_are_refused(bundle, key):
    assert "is over" in refuse(bundle, SealWish(key, not_after=date(2026, 5, 31)))
    assert "behind" in refuse(bundle, SealWish(key, counter=3))


def test_a_key_that_cannot_sign_leaves_all_as_it_was(bundle, key, tmp_path):
    assert "public key" in refuse(bundle, SealWish(key.with_suffix(".pem")))
    assert "cannot be read" in refuse(bundle, SealWish(tmp_path / "none.key"))
    make_keys(tmp_path / "locked", "secret")
    locked = tmp_path / "locked.key"
    assert "passphrase" in refuse(bundle, SealWish(locked))
    assert "passphrase" in refuse(bundle, SealWish(locked, "wrong"))
    assert seal_bundle(bundle, SealWish(locked, "secret"), now=NOW).signed_by


def test_a_damaged_bundle_is_not_signed(bundle, key):
    (bundle / ".hidden").write_text("")
    assert "does not list" in refuse(bundle, SealWish(key))


def test_a_bundle_that_changes_while_it_is_signed_is_not_signed(
    bundle, key, monkeypatch
):
    def copy(source, target):
        target.write_bytes(source.read_bytes() + b"\0")

    monkeypatch.setattr("cargosight.sealing.shutil.copyfile", copy)
    refuse(bundle, SealWish(key))


@pytest.mark.parametrize("step", ["write_card", "sign_folder", "open_bundle", "_swap"])
def test_whatever_fails_the_old_bundle_is_whole(bundle, key, monkeypatch, step):
    def fail(*_, **__):
        raise BundleError(step)

    monkeypatch.setattr(sealing, step, fail)
    assert refuse(bundle, SealWish(key)) == step


def test_the_old_bundle_comes_back_if_the_new_one_cannot_take_its_place(
    bundle, key, monkeypatch
):
    def rename(place, target):
        if target == bundle and place.name != "old":
            raise BundleError("full")  # noqa: EM101
        return whole(place, target)

    whole = type(bundle).rename
    monkeypatch.setattr(type(bundle), "rename", rename)
    assert refuse(bundle, SealWish(key)) == "full"


def test_a_signed_bundle_opens_where_its_key_is_pinned_after_any_copy(
    bundle, key, tmp_path
):
    seal_bundle(bundle, SealWish(key), now=NOW)
    copy = shutil.copytree(bundle, tmp_path / "station" / "copy")
    pinned = Pinned((read_public_key(key.with_suffix(".pem")),))
    assert open_bundle(copy, pinned=pinned, now=NOW).signed_by
    (copy / MANIFEST).write_bytes((copy / MANIFEST).read_bytes() + b"\n")
    with pytest.raises(BundleError):
        open_bundle(copy, pinned=pinned, now=NOW)
