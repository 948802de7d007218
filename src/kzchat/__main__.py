"""`python -m kzchat` is the `kzchat` command."""

from kzchat.cli import main

main()
