"""`python -m casedsl`."""

from casedsl.cli import main

main()
