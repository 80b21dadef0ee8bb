"""Support code without mathematics: errors, memory, files, caches, lazy imports."""
