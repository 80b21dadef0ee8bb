"""Finite groups: the base class, and one module for each family."""
