"""This project, with one network after another."""

from __future__ import annotations

from benchmarks.programs import Outcome, main
from benchmarks.programs.ours import train_seeds


def many_networks(name: str, count: int, epochs: int) -> Outcome:
    return train_seeds(name, count, epochs, at_once=1)


PROGRAMS = {"many networks": many_networks}

if __name__ == "__main__":
    main(PROGRAMS)
