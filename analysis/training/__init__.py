"""Training networks on group composition."""
