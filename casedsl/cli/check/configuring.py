"""`casedsl config show`: every setting, and where it comes from."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping

import click

from casedsl.cli.check.config import KEYS, Config, Configs
from casedsl.cli.rim import Group, put


@click.group("config", cls=Group, epilog="Example: casedsl config show")
def config_() -> None:
    """The settings of a project, in casedsl.toml or pyproject.toml."""


@config_.command(epilog="Example: casedsl config show forms/complaint.case")
@click.argument("path", default=".", metavar="[FILE]")
@click.option("--config", metavar="FILE", help="Settings to show instead of the nearest.")
@click.option("--no-config", is_flag=True, help="Show what holds without any.")
def show(path: str, config: str | None, no_config: bool) -> int:
    """Show the settings for FILE and where they come from.

    FILE is a definition or a folder; without it, this folder.
    """
    configs = Configs(config, no_config)
    found = configs.of_folder(os.path.abspath(path)) if os.path.isdir(path) else configs.of(path)
    put("".join(f"{_row(key, found)}\n" for key in KEYS))
    return 0


def _row(key: str, config: Config) -> str:
    """A setting as a line of TOML; one that has no value is a comment."""
    value = config.values.get(key, KEYS[key].default)
    said = f"# {key} is not set" if value is None else f"{key} = {_toml(value)}"
    return f"{said}  # {config.origin(key)}"


def _toml(value: object) -> str:
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{_toml(key)} = {_toml(each)}" for key, each in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False)
