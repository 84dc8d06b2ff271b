"""Findings, shown: for people (frames or one line each) and for machines (JSON, SARIF, and what CI services read)."""
