"""Ultralytics reads its environment when it is imported, by whichever test is first."""

from data.environment import prepare_environment

prepare_environment()
