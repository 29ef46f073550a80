"""Verdicts: rules that must hold, and whether they do.

Modules:
    rule_file: the TOML file that QA writes.
    estimate: what a rule goes by.
    prospects: what a suite of this size can show.
    verdict: apply rules.
    finding: what comes of them.
    junit: a verdict for CI servers.
"""
