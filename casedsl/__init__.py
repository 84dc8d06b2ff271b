"""casedsl: a language for case types, with a checker, a map and a compiler. The public door.

    from casedsl import check
    definition = check("complaint.case", lambda name: Path(name).read_bytes())
    definition.findings, definition.case_type

`casedsl_runtime` runs what `compile_case` writes; it needs the standard library only. Names are loaded when they are
asked for, so that `casedsl --help` doesn't wait for a parser.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from casedsl.compile import Checked, Compiled, check, compile_case
    from casedsl.syntax.finding import Finding, Label
    from casedsl.syntax.span import Span
    from casedsl.together import check_all

__version__ = "0.1.0"

__all__ = ["Checked", "Compiled", "Finding", "Label", "Span", "__version__", "check", "check_all", "compile_case"]

_ROOMS = {
    "Checked": "compile",
    "Compiled": "compile",
    "check": "compile",
    "check_all": "together",
    "compile_case": "compile",
    "Finding": "syntax.finding",
    "Label": "syntax.finding",
    "Span": "syntax.span",
}


def __getattr__(name: str) -> object:
    if name not in _ROOMS:
        raise AttributeError(f"module 'casedsl' has no attribute {name!r}")
    return getattr(import_module(f"casedsl.{_ROOMS[name]}"), name)
