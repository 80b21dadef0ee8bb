"""Entry point of `python -m symrep`, the same as the command `symrep`."""

from symrep.cli import main

main()
