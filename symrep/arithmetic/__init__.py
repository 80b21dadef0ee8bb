"""Exact numbers: sums of roots of unity, and residues modulo primes."""
