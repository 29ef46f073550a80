"""Experiments: many trainings that differ in one thing, measured alike, in one table.

Modules:
    plan: what is trained on what, and what it is measured on.
    datasets: what a plan trains and measures on, simulated once.
    results: what was measured, in one file that grows.
    running: all of it, going on where it was stopped.
    table: the results as Markdown.
"""
