"""Trained networks, their configurations, and the folders that hold them."""
