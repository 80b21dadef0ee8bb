"""Figures of an analysis. Each function draws numbers that it is given and returns a Figure."""
