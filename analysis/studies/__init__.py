"""Studies of several networks, of checkpoints and of published figures."""
