"""Checks what a trained network has learned against exact characters and irreps."""
