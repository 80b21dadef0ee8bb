"""What is of no mathematics: errors, memory, files, lazy imports."""
