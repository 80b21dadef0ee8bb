"""The examples at the end of help texts, as lists of words."""

from __future__ import annotations

import shlex


def example_commands(epilog: str) -> list[list[str]]:
    """The commands below "Examples:", with their words as a shell splits them."""
    head, *lines = epilog.replace("\b", "").split("Examples:\n")[1].splitlines()
    commands, text = [], head
    for line in [*lines, None]:
        try:
            words = shlex.split(text.replace("\\\n", " "))
        except ValueError:  # A quotation, or a line, goes on.
            text += f"\n{line}"
            continue
        commands.append(words)
        text = line or ""
    return commands
