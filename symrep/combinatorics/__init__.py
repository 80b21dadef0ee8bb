"""Partitions, tableaux and permutations."""
