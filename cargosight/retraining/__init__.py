"""From the bundle in service and new scans to a candidate, or to the reasons why not.

request, gathering: what is asked, and whether it can be done at all.
survey, leaks, parts: what the scans are, and that no suite holds one of them.
plan, steps: what was begun and how far it is, so that a killed one goes on.
fitting: one network for each encoding.
assembling, mark: the candidate, with what it does not learn anew taken over.
judging: champion and candidate on every suite.
slices, pictures, page: what got better and worse, for whom.
record, admission: what came of it, and what a signature needs of it.
flow: all of it.
"""
