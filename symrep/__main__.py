"""`python -m symrep` is the command line `symrep`."""

from symrep.cli import main

main()
