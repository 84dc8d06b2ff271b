"""`casedsl schema` and `casedsl editor`: what editors read about the language, made from its table of constructs."""

from __future__ import annotations

import click

from casedsl.cli.rim import STDIN, Group, put, say, write_file

_output = click.option(
    "-o", "--output", metavar="FILE", default=STDIN, help="Where it goes; standard output if not given."
)


@click.command(epilog="Example: casedsl schema -o case.schema.json")
@_output
@click.option("--later", is_flag=True, help="With what is read, but not built in this edition; it is marked so.")
def schema(output: str, later: bool) -> int:
    """Write the JSON Schema of definitions in YAML. An editor that knows it completes keys and explains them."""
    from casedsl.editors.schema import schema_text

    return _written(schema_text(later=later), output)


@click.group(cls=Group, epilog="Example: casedsl editor textmate -o case.tmLanguage.json")
def editor() -> None:
    """What editors read about the language, for `.case` files; for YAML there is `casedsl schema`."""


@editor.command(epilog="Example: casedsl editor textmate -o case.tmLanguage.json")
@_output
def textmate(output: str) -> int:
    """Write the grammar that colours `.case` files."""
    from casedsl.editors.textmate import textmate_text

    return _written(textmate_text(), output)


def _written(text: str, output: str) -> int:
    if output == STDIN:
        put(text)
    else:
        write_file(output, text.encode())
        say(f"wrote {output}")
    return 0
