"""Exact characters: tables, how they are found, and their laws."""
