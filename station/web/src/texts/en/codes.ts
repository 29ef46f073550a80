export const codes = {
  "code.alarm.decided_by_other":
    "Somebody else has decided on this box: it can no longer be withdrawn.",
  "code.alarm.decided_meanwhile":
    "Somebody else decided on this alarm meanwhile. Look at what counts now.",
  "code.alarm.not_yours": "Somebody else drew this box. Dismiss it instead.",
  "code.alarm.was_test": "This alarm was of a test that is over. Load the page again.",
  "code.alarm.withdrawn": "This box was withdrawn. Load the page again.",
  "code.box.outside":
    "The box lies outside the scan of {width, number} x {height, number} px. Draw it again.",
  "code.bundle.damaged":
    "The bundle in use, or the record of it, is damaged. Tell whoever keeps the station.",
  "code.bundle.none": "No bundle is in use. Tell whoever keeps the station.",
  "code.decision.needs_reason": "Choose a reason first.",
  "code.decision.not_yours": "Only whoever decided can take that back.",
  "code.decision.replaced": "Another decision stands in its place: it can no longer be taken back.",
  "code.disposition.alarm_forbids":
    "A confirmed alarm forbids a release. Have it searched, or ask a supervisor.",
  "code.disposition.blocked":
    "{blocks, plural, one {# thing stands} other {# things stand}} in the way: see what is still open.",
  "code.disposition.has_outcome": "The search has an outcome: that can no longer be undone.",
  "code.disposition.needs_reason": "State why it is released all the same.",
  "code.disposition.not_yours": "Only whoever did that, or a supervisor, can undo it.",
  "code.disposition.too_late":
    "It can be undone for {minutes, plural, one {# minute} other {# minutes}} only. Ask a supervisor.",
  "code.http.400": "That cannot be done as it was asked.",
  "code.http.401": "Nobody is signed in. Sign in again.",
  "code.http.403": "That is not allowed here.",
  "code.http.404": "There is no such record. Load the page again.",
  "code.http.405": "The station does not do that here.",
  "code.http.409": "The records do not allow that now. Load the page again.",
  "code.http.503": "The station cannot do that now. Nothing was changed; try again soon.",
  "code.http.other": "That went wrong. Try again.",
  "code.inspection.closed": "This container was released or searched already.",
  "code.lane.no_stream": "Lane {lane} takes no stream of columns.",
  "code.lane.not_open": "The lane's process does not run. It is started again by itself.",
  "code.login.csrf": "This page is of an earlier login. Load it again.",
  "code.login.none": "Nobody is signed in. Sign in again.",
  "code.outcome.changed_meanwhile":
    "Somebody else stated what was found meanwhile. Look at it, then correct it.",
  "code.outcome.form": "What was found is not complete. Fill in what is missing.",
  "code.outcome.not_searched": "Only a container that was searched has an outcome.",
  "code.outcome.unfit":
    "{problems, plural, one {# thing} other {# things}} of what was found cannot be right. Check places and kinds.",
  "code.period.unfit":
    "The time must be {days, plural, one {# day} other {# days}} at most, and end after it begins.",
  "code.picture.damaged": "The picture of this scan is damaged. Its alarms and decisions are kept.",
  "code.picture.removed": "The picture of this scan is no longer kept.",
  "code.plane.unknown": "This scan has no plane {plane}.",
  "code.protocol.unknown": "The scanner must speak {protocol}.",
  "code.record.unknown": "There is no such record. Load the page again.",
  "code.records.unfit": "The records cannot hold what was given. Check it.",
  "code.records.unreachable": "The records are out of reach. Nothing was changed; try again soon.",
  "code.referral.standing": "It is referred already.",
  "code.request.foreign": "Only pages of this station may do that.",
  "code.request.form": "Something that was filled in does not have the right form. Check it.",
  "code.request.host": "This is not the address of the station.",
  "code.request.large": "That is too large for the station.",
  "code.request.reused": "That was asked for twice with different contents. Load the page again.",
  "code.role.not_allowed":
    "That is not for the role {role, select, operator {operator} supervisor {supervisor} qa {QA} administrator {administrator} other {that you have}}.",
  "code.scan.damaged": "What was stored of this scan is damaged. Tell whoever keeps the station.",
  "code.scan.no_columns": "Nothing of this scan has come yet.",
  "code.second.not_due": "No second word is asked for here.",
  "code.second.own": "You dismissed it yourself: the second word must be somebody else's.",
  "code.shadow.damaged":
    "The record of the bundle in shadow is damaged. Tell whoever keeps the station.",
  "code.station.fault": "The station met a fault. Tell whoever keeps it: its log says which.",
  "code.tile.outside": "There is no such part of the scan. Load the page again.",
  "code.token.wrong": "The token is wrong, or was revoked.",
} as const;
