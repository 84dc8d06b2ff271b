"""`casedsl rule`: the page of a rule, or the list of all."""

from __future__ import annotations

import click

from casedsl.cli.rim import Stop, put
from casedsl.rules import RULES, code_of, page_of, slug_of
from casedsl.syntax.spelling import did_you_mean, nearest


@click.command(epilog="Example: casedsl rule CD103")
@click.argument("code", required=False)
def rule(code: str | None) -> int:
    """Print the page of a rule (CD101 or unreachable-state): what it proves, a wrong and a right example."""
    if code is None:
        put("".join(f"{code_of(each)}  {slug_of(each)}: {sentence_of(each.__doc__)}\n" for each in RULES))
        return 0
    page = page_of(code)
    if page is None:
        near = nearest(code.upper(), map(code_of, RULES)) or nearest(code.lower(), map(slug_of, RULES))
        raise Stop(f"there is no rule `{code}`; {did_you_mean(near, '') or '`casedsl rule` lists them all'}")
    put(page)
    return 0


def sentence_of(page: str | None) -> str:
    """The first sentence of a page."""
    return " ".join((page or "").split("\n\n")[0].split())
