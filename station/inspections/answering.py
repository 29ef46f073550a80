"""A request that comes twice is done once, and answered alike.

Whoever asks gives each request a name of its own. If the answer got lost they ask
again, by the same name, and get it.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel
from sqlalchemy.orm import Session

from data.errors import ConflictError
from station.accounts.person import Person
from station.records.moment import now
from station.records.tables import Answered

Answer = TypeVar("Answer", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request.

    Attributes:
        request: Its name.
        what: What is asked for, and of which record.
        body: Its content.
        viewer: Who asks.
    """

    request: str
    what: str
    body: BaseModel
    viewer: Person

    @property
    def sha256(self) -> str:
        """Hash of what is asked."""
        content = f"{self.what}\n{self.body.model_dump_json()}"
        return hashlib.sha256(content.encode()).hexdigest()


def answer_once(
    session: Session, asked: Asked, model: type[Answer], act: Callable[[], Answer]
) -> Answer:
    """Do what is asked, unless it was done.

    Args:
        session: Of a change.
        asked: The request.
        model: What an answer is.
        act: Does it. If it raises, the request counts as never made.

    Raises:
        ConflictError: If another request had the same name.
    """
    before = session.get(Answered, asked.request)
    if before is None:
        answer = act()
        session.add(
            Answered(
                id=asked.request,
                user_id=asked.viewer.user_id,
                content_sha256=asked.sha256,
                answer=answer.model_dump_json(),
                made=now(),
            )
        )
        return answer
    same = before.content_sha256 == asked.sha256
    if not same or before.user_id != asked.viewer.user_id:
        msg = "Another request had this name. Give each request a name of its own."
        raise ConflictError(msg, code="request.reused")
    return model.model_validate_json(before.answer)
