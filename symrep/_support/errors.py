"""The errors of this package that Python has no name for."""

from __future__ import annotations


class NotAGroup(ValueError):
    """A table is no group's; the message says why."""


class LawViolation(AssertionError):
    """A law does not hold; the message says where."""


class CheckFailed(Exception):
    """A check that a command was asked to make did not hold; the command exits with 1."""
