"""What happens to a container: from the first alarm to what a search found.

The rules are functions on a session of `Database.changing`: each makes one change and
writes one entry of the audit log, or raises and changes nothing.

Modules:
    finding: records by their identifiers.
    questions: which alarms must be answered, and what was said of each.
    decisions: confirm, dismiss, be unsure; undo it.
    drawing: boxes drawn by hand.
    dispositions: released or searched, and what stands in the way of it.
    outcomes: what the search found.
    manifests: facts of the manifest; container numbers.
    referrals: hold an inspection for another agency.
    viewing: who looked at what.
    answering: a request that comes twice is done once.
    page, alarms_shown: all that the page of an inspection shows.
    listing, ends_listed: which inspections there are, and what became of them.
    second_looks: dismissed alarms that wait for a second person.
    figures: the figures of a shift.
    handing_over, exporting: records and scans, for others to learn from.
"""
