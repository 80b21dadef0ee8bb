"""Measures of a trained network, against exact characters and irreps."""
