"""Tests of what is said of the bundles."""

import shutil
from datetime import UTC, datetime

import pytest

from detector.bundle import write_files
from detector.manifest import CurvePoint
from detector.operating_point import OperatingPoint
from detector.switching import Trust, use_bundle
from detector.trust.keys import make_keys
from station.accounts.roles import Role
from station.records.moment import now
from station.records.tables import LaneState
from station.shadow.looking import Shadow
from station.shadow.pointer import use_shadow
from tests.detector.graphs import make_bundle, make_entry, make_manifest
from tests.detector.seeing import THING, make_counts, make_steady_graph
from tests.detector.test_switching import make_signed
from tests.station.inspections.passing import pass_container

POINT = OperatingPoint(
    name="normal",
    threshold=0.4,
    pd=0.9,
    pd_interval=(0.8, 0.95),
    pfa=0.01,
    pfa_interval=(0.0, 0.02),
    suite="port",
    calibrated=True,
)


CURVE = CurvePoint(
    threshold=0.2,
    pd=0.95,
    pd_interval=(0.9, 0.97),
    pfa=0.1,
    pfa_interval=(0.08, 0.13),
)


def make(root, name):
    """An unsigned bundle with an operating point that was measured."""
    graph = make_steady_graph()
    entry = make_entry(graph, operating_points=(POINT,), curve=(CURVE,))
    (root / name).mkdir()
    manifest = make_manifest({"dual": graph}, name=name)
    manifest = manifest.model_copy(update={"graphs": {"dual": entry}})
    write_files(manifest, root / name, {entry.file: graph})
    return root / name


@pytest.fixture
def used(config, tmp_path):
    """Two bundles were put in use, one after the other."""
    make_keys(tmp_path / "port")
    (tmp_path / "trust").mkdir()
    shutil.copy(tmp_path / "port.pem", tmp_path / "trust")
    trust = Trust(tmp_path / "trust", allow_unsigned=True)
    use_bundle(make_signed(tmp_path, 1), config.data, trust=trust)
    use_bundle(make(tmp_path, "second"), config.data, trust=trust)
    return tmp_path


@pytest.mark.usefixtures("used")
def test_the_bundle_in_use_is_described(client_as, database):
    state = LaneState(
        lane="north",
        state="idle",
        bundle={"sha256": "a" * 64, "device": "cpu"},
        pid=1,
        beat=now(),
    )
    with database.changing() as session:
        session.add(state)
    answer = client_as(Role.OPERATOR).get("/api/bundle")
    assert answer.status_code == 200
    found = answer.json()
    assert (found["name"], found["signed_by"], found["default"]) == (
        "second",
        None,
        False,
    )
    (graph,) = found["graphs"]
    assert graph["points"][0]["pd"] == 0.9
    assert graph["points"][0]["pfa_interval"] == [0.0, 0.02]
    assert graph["curve"] == [CURVE.model_dump(mode="json")]
    assert not found["expired"]
    assert found["lanes"] == [
        {
            "lane": "north",
            "sha256": "a" * 64,
            "device": "cpu",
            "detail": "",
            "code": None,
        }
    ]


def test_a_bundle_that_was_swapped_is_no_more_described(used, client_as):
    make_bundle(used / "second", {"dual": make_steady_graph(0.1)}, name="second")
    answer = client_as(Role.OPERATOR).get("/api/bundle")
    assert answer.status_code == 409
    assert "was changed" in answer.json()["detail"]


def test_without_a_bundle_the_answer_says_what_to_do(client_as):
    answer = client_as(Role.OPERATOR).get("/api/bundle")
    assert answer.status_code == 409
    assert "cargosight station use" in answer.json()["detail"]
    history = client_as(Role.QA).get("/api/bundle/history")
    assert (history.status_code, history.json()) == (200, [])
    shadow = client_as(Role.QA).get("/api/shadow")
    assert (shadow.status_code, shadow.json()) == (200, None)


def test_the_default_bundle_is_described_where_it_may_run(
    config, monkeypatch, client_as, app, station
):
    del config
    detector = station.config.detector.model_copy(update={"allow_unsigned": True})
    changed = station.config.model_copy(update={"detector": detector})
    monkeypatch.setattr(
        app.state, "station", type(station)(changed, *list_rest(station))
    )
    found = client_as(Role.OPERATOR).get("/api/bundle").json()
    assert found["default"]
    assert found["card"].startswith(f"# {found['name']} {found['version']}")
    assert {graph["kind"] for graph in found["graphs"]} == {"dual", "display"}


def list_rest(station):
    return station.database, station.data, station.reporter


@pytest.mark.usefixtures("used")
def test_every_change_is_told_the_last_one_first(client_as):
    found = client_as(Role.ADMINISTRATOR).get("/api/bundle/history").json()
    assert [each["number"] for each in found] == [2, 1]
    assert [each["bundle"]["name"] for each in found] == ["second", "test"]
    assert found[0]["left"]["signed_by"].startswith("port ")
    assert found[1]["left"] is None


def test_the_bundle_in_shadow_is_compared_for_those_who_judge_it(
    config, station, database, tmp_path, client_as
):
    since = datetime(2026, 11, 26, tzinfo=UTC)
    use_shadow(config.data, make(tmp_path, "third"), trust=None, since=since)
    passed = pass_container(database, station.data, boxes=())
    scan = make_counts((32, 32), [THING], pitch_mm=(4.0, 4.0))
    assert Shadow(station.data, config).look(scan, passed.scan, database)
    answer = client_as(Role.QA).get("/api/shadow")
    assert answer.status_code == 200
    found = answer.json()
    assert (found["name"], found["signed_by"]) == ("third", None)
    assert found["compared"]["candidate_alone"] == 1
    (listed,) = found["compared"]["disagreements"]
    assert (listed["scan"], listed["alone"]) == (passed.scan, 1)
    assert client_as(Role.OPERATOR).get("/api/shadow").status_code == 403
