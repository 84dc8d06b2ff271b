"""Scenarios: stories with dates that must come true, beside the model and never in it.

They are read from the tree when somebody asks, against a case type that is there already: nothing of a compiled
definition can depend on them, and a definition without scenarios pays nothing.
"""

from __future__ import annotations

from casedsl.model.scenarios.read import scenarios_of

__all__ = ["scenarios_of"]
