"""Fixes carried out: edits of words and lines as edits of text, and whether just what was meant has changed."""
