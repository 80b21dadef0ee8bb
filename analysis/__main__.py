"""`python -m analysis` is the command line `symrep-analysis`."""

from analysis.cli import main

main()
