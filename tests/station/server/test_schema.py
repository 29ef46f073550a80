"""Schemathesis over the API, as every role: it must find nothing.

A few requests for each operation here. More of them, each time other ones:
`API_EXAMPLES=500 pytest tests/station/server/test_schema.py`.
"""

import os

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from station.accounts.roles import EVERYONE, Role
from station.accounts.tokens import make_token
from station.records import new_id
from station.records.moment import now
from station.records.tables import Alarm, Decision, Inspection, ScanRow
from tests.station.conftest import ADDRESS

STATED = os.environ.get("API_EXAMPLES")
EXAMPLES = int(STATED or 6)

CHECKS = [
    allow_header_conformance,
    content_type_conformance,
    negative_data_rejection,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
]

few = settings(
    max_examples=EXAMPLES,
    derandomize=STATED is None,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def known(database, user_as):
    """What is in the records: an identifier for each parameter of a path.

    The alarm waits for a decision, so that some requests do change something.
    """
    user = user_as(Role.OPERATOR, "bystander")
    at = now()
    inspection = Inspection(
        id=new_id(), lane="north", number="7", state="waiting", began=at
    )
    scan = ScanRow(
        id=new_id(),
        inspection_id=inspection.id,
        lane="north",
        key="k",
        folder="scans/none",
        state="looked",
        kind="dual",
        width=4000,
        height=1400,
        info={},
        began=at,
    )
    alarm = Alarm(
        id=new_id(),
        scan_id=scan.id,
        x0=1,
        y0=2,
        x1=30,
        y1=40,
        score=0.9,
        label="firearm",
        raised=at,
    )
    decision = Decision(
        id=new_id(),
        alarm_id=alarm.id,
        user_id=user.id,
        request="r0",
        decision="unsure",
        made=at,
    )
    with database.changing() as session:
        for row in (inspection, scan, alarm, decision):
            session.add(row)
            session.flush()
        token = make_token(session, "north", "").row
    return {
        "alarm_id": alarm.id,
        "decision_id": decision.id,
        "inspection_id": inspection.id,
        "name": "north",
        "scan_id": scan.id,
        "token_id": token.id,
        "user_id": user.id,
    }


def examine(operation, app, client, known):
    """Ask for one operation in many ways, right and wrong."""
    cases = st.one_of(
        operation.as_strategy(generation_mode=mode) for mode in GenerationMode
    )

    @few
    @given(cases, st.booleans())
    def ask(case, real):
        if real:
            places = case.path_parameters or {}
            places.update({name: known[name] for name in places if name in known})
        answer = case.call(
            app=app,
            base_url=ADDRESS,
            headers={"X-CSRF-Token": client.headers.get("X-CSRF-Token", "")},
            cookies=dict(client.cookies),
        )
        import collections; globals().setdefault("SEEN", collections.Counter())[operation.label, answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)

    ask()


@pytest.mark.parametrize("role", [None, *EVERYONE], ids=str)
def test_no_request_of_any_role_meets_a_fault_or_an_answer_not_described(
    app, client_as, known, role
):
    client = client_as(role)
    schema = schemathesis.openapi.from_dict(app.openapi())
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) >= 10
    for operation in operations:
        leaves = operation.label == "DELETE /api/session"
        examine(operation, app, client_as(role) if leaves else client, known)
    still_in = client.get("/api/session").status_code == 200
    assert still_in == (role is not None)
    for k, v in sorted(SEEN.items()): print(k, v)
