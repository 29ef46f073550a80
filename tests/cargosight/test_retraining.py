"""Tests of `cargosight retrain`: a candidate that is offered, or the reasons."""

import json
import shutil

import pytest

from cargosight.benchmarking import ReportOptions, compare_evaluations
from cargosight.retraining.page import PageWriter
from cargosight.retraining.record import read_record
from cargosight.sealing import SealWish, seal_bundle
from data.dataset import read_dataset
from data.errors import (
    ResultError,
    TrainingError,
    VerdictError,
)
from data.formats import read_scan
from detector.bundle import read_bundle, write_files
from detector.manifest import MANIFEST
from detector.trust.keys import make_keys
from tests.cargosight.retrainings import (
    BAD,
    ask_for,
    make_champion,
    make_parity,
    prepare,
    read_calls,
    refuse,
    replace_learning,
    retrain,
    run_python,
    stop,
    write_scans,
)
from tests.cargosight.test_benchmark_cli import FAILED

KILLED = """
import os, signal, sys
from pathlib import Path
from cargosight.retraining import flow, steps
from tests.cargosight.retrainings import prepare, replace_learning

root = Path(sys.argv[1])
request, out = prepare(root), root / "out"
replace_learning()

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def kill_at(module, name, is_it, late):
    whole = getattr(module, name)

    def write(first, second):
        if not is_it(first):
            return whole(first, second)
        if late:
            whole(first, second)
        die()

    setattr(module, name, write)

def run(name, late):
    if name == "candidate":
        kill_at(flow, "write_record", lambda _: True, late)
    elif name is not None:
        kill_at(steps, "write_text", lambda path: path.stem == name, late)
    flow.retrain_champion(request, out, progress=lambda *_: None)
    os._exit(0)

names = ["survey", "train-dual", "export", "calibrate", "judge-1", "candidate"]
for name in names:
    for late in (False, True):
        child = os.fork()
        if child == 0:
            run(name, late)
        status = os.waitpid(child, 0)[1]
        assert os.WIFSIGNALED(status), (name, late, status)
"""


@pytest.fixture(scope="module", autouse=True)
def networks(given_networks):
    """All networks are given here, and not learned."""
    return given_networks


@pytest.fixture(scope="module")
def offered(tmp_path_factory):
    """Folder of what was asked, in whose `out` a good candidate lies."""
    root = tmp_path_factory.mktemp("offered")
    assert retrain(prepare(root), root / "out").exit_code == 0
    return root


@pytest.fixture(scope="module")
def worse(tmp_path_factory):
    """The same of a candidate that sees nothing."""
    root = tmp_path_factory.mktemp("worse")
    with pytest.MonkeyPatch.context() as patch:
        replace_learning(patch.setattr, BAD)
        assert retrain(prepare(root), root / "out").exit_code == 1
    return root


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """The same of a retraining that was stopped before its page."""
    root = tmp_path_factory.mktemp("begun")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PageWriter, "write", stop)
        with pytest.raises(KeyboardInterrupt):
            retrain(prepare(root), root / "out")
    return root


def copy_out(root, place):
    """A copy of a retraining's folder, to be changed."""
    return shutil.copytree(root / "out", place / "out")


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    """File of a private key."""
    folder = tmp_path_factory.mktemp("keys")
    make_keys(folder / "port")
    return folder / "port.key"


def test_a_candidate_as_good_as_the_champion_is_offered(offered, tmp_path, key):
    out = copy_out(offered, tmp_path)
    record = read_record(out / "candidate.json")
    assert (record.answer, record.reasons) == ("passed", ())
    assert record.champion.sha256 == read_bundle(offered / "champion").sha256
    candidate = read_bundle(out / "candidate")
    assert record.candidate.sha256 == candidate.sha256
    assert (candidate.manifest.name, candidate.manifest.counter) == ("port", 4)
    assert candidate.manifest.status == "calibrated"
    wish = SealWish(key, verdict=out / "candidate.json")
    signed = seal_bundle(out / "candidate", wish).manifest
    assert signed.counter == 5
    assert signed.verdict is not None
    assert (signed.verdict.suite, signed.verdict.result) == ("one", "pass")
    assert signed.verdict.suite_sha256 == record.suites[0].seal
    assert signed.verdict.bundle_sha256 == record.candidate.sha256


def test_a_finished_retraining_says_again_what_came_of_it(offered):
    out = offered / "out"
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    found = retrain(ask_for(offered), out)
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before
    assert found.exit_code == 0
    assert found.as_text().startswith("passed:")
    assert found.as_text().splitlines()[-1] == (
        f"next: cargosight bundle sign {out}/candidate --key KEY "
        f"--verdict {out}/candidate.json"
    )
    assert json.loads(found.as_json())["suites"] == {"one": "pass"}


def test_a_worse_candidate_is_not_offered(worse):
    found = retrain(ask_for(worse), worse / "out")
    assert found.exit_code == 1
    assert found.as_text().startswith("not offered:\none: fail: Pd of firearms")
    assert "bundle sign" not in found.as_text()
    page = (worse / "out" / "report.html").read_text()
    assert "NOT OFFERED" in page
    assert "Firearms newly missed: 3" in page
    assert "Firearms newly met: 0" in page
    assert page.count("data:image/jpeg") == 3


def test_a_candidate_that_did_not_pass_cannot_be_signed(worse, tmp_path, key):
    out = copy_out(worse, tmp_path)
    report = out / "suites" / "1-one" / "comparison" / "report.json"
    for verdict in (None, report, out / "candidate.json"):
        refuse_to_sign(out / "candidate", key, verdict)
    away = shutil.copytree(out / "candidate", tmp_path / "elsewhere")
    assert "candidate of a retraining" in refuse_to_sign(away, key, None)


def refuse_to_sign(bundle, key, verdict):
    whole = (bundle / MANIFEST).read_bytes()
    with pytest.raises((VerdictError, ResultError)) as met:
        seal_bundle(bundle, SealWish(key, verdict=verdict))
    assert "\n" not in str(met.value)
    assert (bundle / MANIFEST).read_bytes() == whole
    return str(met.value)


def test_a_good_candidate_is_signed_on_its_outcome_alone(offered, tmp_path, key):
    out = copy_out(offered, tmp_path)
    report = out / "suites" / "1-one" / "comparison" / "report.json"
    for verdict in (None, report):
        assert "--verdict" in refuse_to_sign(out / "candidate", key, verdict)


def change_record(out, change):
    """Change candidate.json by hand."""
    record = json.loads((out / "candidate.json").read_text())
    change(record)
    (out / "candidate.json").write_text(json.dumps(record))
    return out / "candidate.json"


def test_an_outcome_that_was_changed_by_hand_signs_nothing(worse, tmp_path, key):
    out = copy_out(worse, tmp_path)
    changed = change_record(out, lambda r: r.update(answer="passed", reasons=[]))
    assert "every suite says pass" in refuse_to_sign(out / "candidate", key, changed)
    changed = change_record(out, lambda r: r["suites"][0].update(answer="pass"))
    line = refuse_to_sign(out / "candidate", key, changed)
    assert "not of this bundle and a pass" in line


def test_an_outcome_is_of_its_own_candidate_alone(offered, tmp_path, key):
    out = copy_out(offered, tmp_path)
    verdict = out / "candidate.json"
    plain = make_champion(tmp_path / "plain")
    assert "not of this bundle" in refuse_to_sign(plain, key, verdict)
    other = read_bundle(out / "candidate").manifest
    write_files(other.model_copy(update={"version": "2"}), out / "candidate", {})
    line = refuse_to_sign(out / "candidate", key, verdict)
    assert "not of this bundle" in line
    for each in (line, refuse_to_sign(out / "candidate", key, None)):
        assert "Calibrated again or converted since" in each
        assert "retrain with --calibration" in each
        assert "export its runs anew" in each


def test_every_suite_must_pass_and_be_accounted_for(tmp_path, monkeypatch, key):
    asked = prepare(tmp_path, suites=("one", "two"))
    # Good enough for the first suite, as the rules have it; the second is not met.
    monkeypatch.setattr("cargosight.retraining.judging.compare_evaluations", fail_two)
    found = retrain(asked, tmp_path / "out")
    assert found.exit_code == 1
    assert [suite.answer for suite in found.record.suites] == ["pass", "fail"]
    assert all(reason.startswith("two: ") for reason in found.record.reasons)
    candidate = tmp_path / "out" / "candidate"

    def leave_out(record):
        record |= {"answer": "passed", "reasons": []}
        record["suites"] = record["suites"][:1]

    changed = change_record(tmp_path / "out", leave_out)
    assert "not about the suites" in refuse_to_sign(candidate, key, changed)


def fail_two(suite, evaluations, out, *, shown, progress):
    """Compare, on the second suite by rules that nothing keeps."""
    if suite.name == "two":
        rules = suite.parent / "strict.toml"
        rules.write_text(FAILED)
        shown = ReportOptions(str(rules))
    return compare_evaluations(suite, evaluations, out, shown=shown, progress=progress)


def test_without_calibration_it_stays_a_draft_and_says_so(asked, tmp_path):
    found = retrain(asked, tmp_path / "out", calibrations=())
    assert found.record.passed
    assert not found.record.calibrated
    assert "--calibration" in found.as_text().splitlines()[-1]
    assert read_calls(tmp_path / "out") == ["train-dual", "export"]


def test_a_graph_without_new_scans_is_taken_over(tmp_path):
    asked = prepare(tmp_path, kinds=("dual", "display"))
    old = {kind: [make_parity(0.1)] for kind in ("dual", "display")}
    given = json.dumps(old).encode()
    champion = read_bundle(asked.champion)
    write_files(champion.manifest, asked.champion, {"parity.json": given})
    out = tmp_path / "out"
    retrain(asked, out)
    before = read_bundle(asked.champion).manifest.graphs
    after = read_bundle(out / "candidate").manifest
    assert list(after.graphs) == ["dual", "display"]
    assert after.graphs["display"] == before["display"]
    mark = json.loads((out / "candidate" / "retraining.json").read_text())
    assert mark["trained"] == ["dual"]
    assert "The display graph is the champion" in (out / "report.html").read_text()
    parities = json.loads((out / "candidate" / "parity.json").read_text())
    assert parities == {"dual": [make_parity(0.5)], "display": [make_parity(0.1)]}


def test_counts_and_renderings_train_each_their_own_graph(tmp_path):
    kinds = ("dual", "display")
    asked = prepare(tmp_path, kinds=kinds)
    shutil.rmtree(asked.dataset)
    write_scans(asked.dataset, kinds)
    out = tmp_path / "out"
    retrain(asked, out)
    assert read_calls(out)[:2] == ["train-dual", "train-display"]
    known = {
        s.scan.name: s.truth((32, 32)) for s in read_dataset(asked.dataset).samples
    }
    for kind in kinds:
        part = read_dataset(out / "parts" / kind)
        names = [f"{kind}-{number}" for number in range(4)]
        assert [sample.name for sample in part.samples] == names
        assert [s.split for s in part.samples] == ["train"] * 3 + ["validation"]
        for sample in part.samples:
            assert read_scan(sample.scan).size == (32, 32)
            assert sample.truth((32, 32)) == known[sample.scan.name]


def test_old_scans_are_replayed_and_facts_are_counted(asked, tmp_path):
    old = write_scans(tmp_path / "old", seed=3)
    shutil.copy(asked.dataset / "dual" / "dual-0.tiff", old / "dual" / "dual-0.tiff")
    out = tmp_path / "out"
    retrain(asked, out, replay=old, replay_share=0.4)
    config = json.loads((out / "runs" / "dual" / "config.json").read_text())
    assert (config["replay"], config["replay_share"]) == (str(old), 0.4)
    assert config["base"] == str(asked.champion)
    assert (config["encoding"], config["learning_rate"]) == ("dual", 0.0005)
    assert (config["tile_side"], config["scale"]["longest_side_px"]) == (64, 512)
    page = (out / "report.html").read_text()
    row = '<th scope="row"><bdi>scanner 0</bdi></th>'
    cells = page.split(row)[1].split("</tr>")[0]
    numbers = [int(cell.split("<")[0]) for cell in cells.split('"number">')[1:]]
    assert numbers == [2, 2, 2, 0, 2, 1]


def test_killed_between_any_two_steps_it_goes_on(offered, tmp_path):
    done = run_python("-c", KILLED, tmp_path)
    assert done.returncode == 0, done.stderr
    out = tmp_path / "out"
    killed, whole = (
        read_record(folder / "candidate.json") for folder in (out, offered / "out")
    )
    # A training is known to be done by its own record, all else by that of its step.
    assert read_calls(out) == ["train-dual", "export", "export"] + ["calibrate"] * 2
    assert not (out / "work").exists()
    assert killed.passed
    assert killed.champion == whole.champion
    ours, theirs = (
        read_bundle(f / "candidate").manifest for f in (out, offered / "out")
    )
    assert ours.graphs == theirs.graphs


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"pfa": 0.1}, "another --pfa"),
        ({"calibrations": ()}, "other calibration suites"),
        ({"rules": "replace"}, "other rules"),
        ({"config": None}, "other settings"),
        ({"device": "openvino"}, "another --device"),
    ],
)
def test_changed_arguments_are_refused_in_one_line(begun, change, says):
    line = refuse(ask_for(begun), begun / "out", TrainingError, **change)
    assert says in line
    assert "another --out" in line


def test_changed_content_is_refused_likewise(begun, tmp_path):
    other = write_scans(tmp_path / "other", seed=5)
    changed = make_champion(tmp_path / "champion", counter=9)
    for name, value, says in (
        ("champion", changed, "another champion"),
        ("dataset", other, "another dataset"),
        ("replay", other, "another old dataset"),
    ):
        line = refuse(ask_for(begun), begun / "out", TrainingError, **{name: value})
        assert says in line


def test_what_a_step_left_may_not_change(begun, tmp_path):
    out = copy_out(begun, tmp_path)
    (out / "runs" / "dual" / "checkpoint.pt").write_bytes(b"others")
    line = refuse(ask_for(begun), out, TrainingError)
    assert "checkpoint.pt is not as the step train-dual left it" in line


def test_threads_may_differ_and_what_is_done_is_not_done_again(begun, tmp_path):
    out = copy_out(begun, tmp_path)
    before = read_calls(out)
    assert retrain(ask_for(begun), out, threads=2).exit_code == 0
    assert read_calls(out) == before


def test_a_folder_with_other_things_is_left_alone(asked, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").write_text("mine")
    assert "other things" in refuse(asked, tmp_path / "out", TrainingError)
    line = refuse(asked, tmp_path / "out" / "notes.txt", TrainingError)
    assert "is a file" in line
