"""Exact and floating-point matrices of irreps. Arrays in, arrays out."""
