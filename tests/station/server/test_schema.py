"""Schemathesis over the API, as every role: it must find nothing.

A few requests for each operation here. More of them, each time other ones:
`API_EXAMPLES=500 pytest tests/station/server/test_schema.py`.
"""

import os
from datetime import timedelta

import pytest
import schemathesis
from fastapi import Response
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
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
from station.records.tables import (
    Alarm,
    Decision,
    Disposition,
    Inspection,
    LaneState,
    Referral,
    ScanRow,
)
from tests.station.conftest import ADDRESS
from tests.station.server.test_roles import ROUTES, find_roles

STATED = os.environ.get("API_EXAMPLES")
EXAMPLES = int(STATED or 6)

ROLES = {(method, route.path): find_roles(route.dependant) for method, route in ROUTES}

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

plain = settings(
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
    disposition = Disposition(
        id=new_id(),
        inspection_id=inspection.id,
        user_id=user.id,
        request="r1",
        disposition="searched",
        made=at,
        undone=at,
    )
    referral = Referral(
        id=new_id(), inspection_id=inspection.id, user_id=user.id, made=at
    )
    well = at + timedelta(hours=1)  # whatever the tests take
    lane = LaneState(lane="north", state="idle", pid=1, beat=well)
    with database.changing() as session:
        for row in (inspection, scan, alarm, decision, disposition, referral, lane):
            session.add(row)
            session.flush()
        token = make_token(session, "north", "").row
    return {
        "alarm_id": alarm.id,
        "decision_id": decision.id,
        "disposition_id": disposition.id,
        "inspection_id": inspection.id,
        "referral_id": referral.id,
        "name": "north",
        "scan_id": scan.id,
        "token_id": token.id,
        "user_id": user.id,
    }


def count_examples(operation, role):
    """Few for those who are refused anyhow."""
    stated = ROLES.get((operation.method.upper(), operation.path))
    return 2 if STATED is None and stated and role not in stated else EXAMPLES


def examine(operation, app, client, known, examples):
    """Ask for one operation in many ways, right and wrong."""
    cases = st.one_of(
        [operation.as_strategy(generation_mode=mode) for mode in GenerationMode]
    )

    @settings(plain, max_examples=examples)
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
        case.validate_response(answer, checks=CHECKS)

    ask()


@pytest.mark.parametrize("role", [None, *EVERYONE], ids=str)
def test_no_request_of_any_role_meets_a_fault_or_an_answer_not_described(
    app, client_as, known, role
):
    client = client_as(role)
    schema = schemathesis.openapi.from_dict(app.openapi())
    found = list(schema.get_all_operations())
    operations = [one.ok() for one in found if isinstance(one, Ok)]
    assert len(operations) == len(found)
    assert len(operations) >= 10
    for operation in operations:
        leaves = operation.label == "DELETE /api/session"
        one = client_as(role) if leaves else client
        examine(operation, app, one, known, count_examples(operation, role))
    still_in = client.get("/api/session").status_code == 200
    assert still_in == (role is not None)


def test_an_answer_that_is_not_described_would_be_found(app, client_as, known):
    @app.get("/teapot")
    def brew(response: Response, cups: int = 1) -> int:
        response.status_code = 418
        return cups

    schema = schemathesis.openapi.from_dict(app.openapi())
    operation = schema["/teapot"]["GET"]
    with pytest.raises(FailureGroup, match="Received: 418"):
        examine(operation, app, client_as(None), known, 2)
