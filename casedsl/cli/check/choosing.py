"""What is to be seen of a file's findings: the command line's word, else that of the configuration nearest to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct

from casedsl.cli.check.config import KEYS, Config, Configs
from casedsl.cli.check.patterns import matches
from casedsl.cli.rim import Stop
from casedsl.report.selection import Choice, Names, codes_of, kept_anyway, unknown

_ABOUT_RULES = ("select", "ignore", "per-file-ignores")


def setting(key: str, given: Mapping[str, object], config: Config) -> Any:
    """A setting's value: as given on the command line, else of the configuration, else what is usual."""
    return given.get(key, config.values.get(key, KEYS[key].default))


class Chooser(Struct):
    """The choice for each file. The names of rules are asked for only where somebody chose rules."""

    configs: Configs
    given: Mapping[str, object]
    names: Callable[[], Names]
    _choices: dict[str, Choice] = {}

    def of(self, file: str) -> Choice:
        """The choice for findings in a file; ends the command if a rule is named that isn't there."""
        if file not in self._choices:
            self._choices[file] = self._choice(file, self.configs.of(file))
        return self._choices[file]

    def _choice(self, file: str, config: Config) -> Choice:
        fail_on = setting("fail-on", self.given, config)
        if not any(setting(key, self.given, config) for key in _ABOUT_RULES) and self._all("select", config) is None:
            return Choice(fail_on=fail_on)
        names = self.names()
        selected = self._all("select", config)
        ignored = self._left_out("ignore", self._all("ignore", config) or (), config, names)
        by_file: Mapping[str, list[str]] = setting("per-file-ignores", self.given, config)
        for pattern, selectors in by_file.items():
            codes = self._left_out("per-file-ignores", selectors, config, names)
            ignored |= codes if matches(config.path_of(file), [pattern]) else frozenset()
        wanted = None if selected is None else self._codes("select", selected, config, names)
        return Choice(wanted, ignored, names.certain, fail_on)

    def _all(self, key: str, config: Config) -> list[str] | None:
        value = setting(key, self.given, config)
        return value if isinstance(value, list) else None

    def _codes(self, key: str, selectors: Iterable[str], config: Config, names: Names) -> frozenset[str]:
        codes = frozenset[str]()
        for selector in selectors:
            found = codes_of(selector, names)
            if not found:
                raise Stop(f"{self._place(key, config)}: {unknown(selector, names)}")
            codes |= found
        return codes

    def _left_out(self, key: str, selectors: Iterable[str], config: Config, names: Names) -> frozenset[str]:
        codes = self._codes(key, selectors, config, names)
        for selector in selectors:
            sentence = kept_anyway(selector, names)
            if sentence:
                raise Stop(f"{self._place(key, config)}: {sentence}")
        return codes

    def _place(self, key: str, config: Config) -> str:
        return f"--{key}" if key in self.given else config.origin(key)
