"""Questions about several networks, checkpoints or published figures."""
