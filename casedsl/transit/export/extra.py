"""Packages that only some forms of a map need, imported when such a form is asked for."""

from __future__ import annotations


class ExtraMissingError(ImportError):
    """A package of the extra `images` isn't installed; the message is one sentence with a way out."""

    def __init__(self, form: str, package: str) -> None:
        super().__init__(f"a {form} needs the package {package}; install it with `casedsl[images]`")
