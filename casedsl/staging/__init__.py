"""Findings staged: the witness of a finding as a scenario in the language, or why it has none.

A finding that says that something can happen is shown by a case in which it does; `casedsl test` plays it. What is said
of every case, or of the text, is shown by no case. A family of rules is added by one function here, in `scenes.py`.
"""

from __future__ import annotations

from casedsl.staging.printing import document_of, printed
from casedsl.staging.scenes import REASONS, SCENES, staged
from casedsl.staging.script import Script

__all__ = ["REASONS", "SCENES", "Script", "document_of", "printed", "staged"]
