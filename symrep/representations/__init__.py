"""Matrices of irreps, exact and as floats. Arrays in, arrays out."""
