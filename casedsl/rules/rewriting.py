"""When the words of a guard can be written anew by a fix: the place of a part leaves out the parentheses around it."""

from __future__ import annotations


def is_whole(text: str) -> bool:
    """Whether every parenthesis of a text has its partner in it; those in quotes count as well, to be sure."""
    depth = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return False
    return depth == 0
