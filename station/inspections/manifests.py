"""Facts of a manifest, and container numbers. There is no place for names of people."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from data.container_number import check_digit, find_fault, has_form
from station.accounts.person import Person
from station.audit import append
from station.codes import CodeFacts, ContainerCode
from station.records.tables import Inspection

Line = Annotated[
    str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")
]
"""Text of one line."""

ContainerNumber = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,16}$")]
"""As it was read; whether it is a valid one is another question."""


class Facts(BaseModel):
    """What a manifest says of a container.

    Attributes:
        goods: What it should hold.
        hs_code: Code of the goods in the Harmonized System: 4 to 10 figures.
        weight_kg: Gross weight, kg.
        origin: Port where it was loaded.
        destination: Port where it is unloaded.
        seal: Number of the seal.
        carrier: Code of the carrier (SCAC): 2 to 4 capitals.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    goods: Line | None = None
    hs_code: Annotated[str, Field(pattern=r"^[0-9]{4,10}$")] | None = None
    weight_kg: Annotated[float, Field(gt=0, le=200_000, allow_inf_nan=False)] | None = (
        None
    )
    origin: Line | None = None
    destination: Line | None = None
    seal: Line | None = None
    carrier: Annotated[str, Field(pattern=r"^[A-Z]{2,4}$")] | None = None


def set_manifest(
    session: Session,
    inspection: Inspection,
    facts: Facts,
    containers: tuple[str, ...] | None,
    viewer: Person,
) -> None:
    """State the facts of a manifest; those before are forgotten.

    Args:
        session: Of a change.
        inspection: Of the container.
        facts: What the manifest says.
        containers: The container numbers, corrected; None to leave them.
        viewer: Who states it.
    """
    stated = facts.model_dump(exclude_none=True)
    before = inspection.manifest or {}
    changed = sorted(
        name for name in Facts.model_fields if stated.get(name) != before.get(name)
    )
    inspection.manifest = stated or None
    payload: dict[str, object] = {"changed": changed}
    if containers is not None and list(containers) != inspection.containers:
        payload["containers"] = list(containers)
        inspection.containers = list(containers)
    append(
        session, "inspection.manifest", inspection.id, payload, actor=viewer.pseudonym
    )


class ContainerWarning(BaseModel):
    """What is wrong with a container number.

    Attributes:
        code: Which check it failed.
        facts: The number; the check digit that it should end in.
        text: In words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: ContainerCode
    facts: CodeFacts
    text: str


def list_warnings(containers: list[str]) -> tuple[ContainerWarning, ...]:
    """What is wrong with container numbers, one each.

    Args:
        containers: The numbers, as they were read or typed.
    """
    faults = ((number, find_fault(number)) for number in containers)
    return tuple(_warn(number, text) for number, text in faults if text is not None)


def _warn(number: str, text: str) -> ContainerWarning:
    facts: CodeFacts = {"number": number}
    if not has_form(number):
        return ContainerWarning(code="container.form", facts=facts, text=text)
    facts["digit"] = check_digit(number[:10])
    return ContainerWarning(code="container.check_digit", facts=facts, text=text)
