"""The finite groups, one family a module, and what they have in common."""
