"""Exceptions of this package."""

from __future__ import annotations


class NotAGroup(ValueError):
    """A table is not the Cayley table of a group; the message says why."""


class LawViolation(AssertionError):
    """A law of representation theory does not hold; the message says where."""


class CheckFailed(Exception):
    """A check requested of a command failed; the command exits with 1."""
