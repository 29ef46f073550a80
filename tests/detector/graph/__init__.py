"""Tests of what a graph must be before it is loaded."""
