"""Exact characters: tables, algorithms, labels, and the laws of a table."""
