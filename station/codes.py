"""Codes of all that a station says in words: pages say it in their own language.

A code is `noun.what`; its facts are the numbers and names that the sentence holds. A
code that was given away is never used for anything else.
"""

from typing import Final, Literal, get_args

from detector.blank import BlankCode

CodeFacts = dict[str, str | int | float]
"""Numbers and names of a sentence."""

Code = Literal[
    "account.last_administrator",
    "account.name",
    "account.taken",
    "account.unknown",
    "alarm.decided_by_other",
    "alarm.decided_meanwhile",
    "alarm.not_yours",
    "alarm.was_test",
    "alarm.withdrawn",
    "box.outside",
    "bundle.damaged",
    "bundle.none",
    "decision.needs_reason",
    "decision.not_yours",
    "decision.replaced",
    "disposition.alarm_forbids",
    "disposition.blocked",
    "disposition.has_outcome",
    "disposition.needs_reason",
    "disposition.not_yours",
    "disposition.too_late",
    "http.400",
    "http.401",
    "http.403",
    "http.404",
    "http.405",
    "http.409",
    "http.503",
    "http.other",
    "inspection.closed",
    "lane.no_stream",
    "lane.not_open",
    "lane.unknown",
    "login.busy",
    "login.csrf",
    "login.none",
    "login.wrong",
    "outcome.changed_meanwhile",
    "outcome.form",
    "outcome.not_searched",
    "outcome.unfit",
    "password.changed_meanwhile",
    "password.common",
    "password.like_name",
    "password.long",
    "password.must_change",
    "password.same",
    "password.short",
    "password.wrong",
    "period.unfit",
    "picture.damaged",
    "picture.removed",
    "plane.unknown",
    "protocol.unknown",
    "record.unknown",
    "records.unfit",
    "records.unreachable",
    "referral.standing",
    "request.foreign",
    "request.form",
    "request.host",
    "request.large",
    "request.reused",
    "role.not_allowed",
    "scan.damaged",
    "scan.no_columns",
    "second.not_due",
    "second.own",
    "shadow.damaged",
    "station.fault",
    "tile.outside",
    "token.unknown",
    "token.wrong",
]
"""Why something asked for is refused."""

LaneCode = Literal[
    "lane.bundle",
    "lane.device",
    "lane.expired",
    "lane.no_bundle",
    "lane.no_process",
    "lane.other",
    "lane.starting",
    "lane.unsigned",
    "lane.untrusted",
]
"""Why a lane is down."""

BlankShownCode = Literal[BlankCode, "blank.missing", "blank.other"]
"""What could not be seen in a scan; "blank.other" is what is known in words alone."""

ContainerCode = Literal["container.check_digit", "container.form"]
"""What is wrong with a container number."""

CODES: Final[tuple[str, ...]] = get_args(Code)
"""All reasons for which something is refused, sorted."""
