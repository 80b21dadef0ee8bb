"""Measured speed and memory; every answer is checked before anything is timed."""
