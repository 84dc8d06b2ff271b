"""YAML files beside a definition, read from parser events and never with `load`: what a file can do to a loader (tags,
merge keys, aliases, endless nesting, a key that is dropped because it stands twice) is refused. Scalars stay text."""

from __future__ import annotations

import yaml

from casedsl.cli.rim import Stop, read_bytes, unreadable

DEEPEST = 8
MOST_BYTES = 1_000_000
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(file: str) -> object:
    """Lists, mappings and texts of a file; ends the command if it can't be read."""
    try:
        data = read_bytes(file)
        if len(data) > MOST_BYTES:
            raise ValueError(f"it has {len(data) / 1e6:.1f} MB, and {MOST_BYTES // 1_000_000} MB is the most")
        return _read(data.decode("utf-8-sig"))
    except OSError as error:
        raise Stop(unreadable(file, error)) from None
    except UnicodeDecodeError:
        raise Stop(f"{file} is not text in UTF-8; save it with that encoding") from None
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise Stop(f"{file} is no YAML: {line}{error.problem or error.context}; correct it there") from None
    except yaml.YAMLError:
        raise Stop(f"{file} is no YAML: it holds control characters; delete them") from None
    except ValueError as error:
        raise Stop(f"{file} can't be read: {error}") from None


def _read(text: str) -> object:
    """The tree of a text as lists, mappings and strings. Raises ValueError for what this file needs none of."""
    stack: list[_Node] = [_Node("stream")]
    for event in yaml.parse(text, _LOADER):
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            if len(stack) > DEEPEST:
                raise ValueError(f"line {_line(event)}: it is nested too deeply; {DEEPEST} levels are the most")
            _plain(event.anchor or event.tag, event)
            stack.append(_Node("map" if isinstance(event, yaml.MappingStartEvent) else "list"))
        elif isinstance(event, yaml.ScalarEvent):
            _plain(event.anchor or event.tag, event)
            stack[-1].add(event.value, event)
        elif isinstance(event, yaml.AliasEvent):
            _plain(event.anchor, event)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            done = stack.pop()
            stack[-1].add(done.value(), event)
    return stack[0].items[0] if stack[0].items else None


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _plain(mark: str | None, event: yaml.Event) -> None:
    if mark is not None:
        raise ValueError(f"line {_line(event)}: tags, anchors and aliases have no place here; write it out")


class _Node:
    """A collection that is being read; keys and values of a mapping alternate."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.items: list[object] = []
        self.keys: set[str] = set()

    def add(self, item: object, event: yaml.Event) -> None:
        if self.kind == "stream" and self.items:
            raise ValueError(f"line {_line(event)}: a second document has no place here; put it into its own file")
        if self.kind == "map" and len(self.items) % 2 == 0:
            self._add_key(item, event)
        self.items.append(item)

    def _add_key(self, key: object, event: yaml.Event) -> None:
        if not isinstance(key, str):
            raise ValueError(f"line {_line(event)}: a key is one word, not a list or a mapping")
        if key in self.keys:
            raise ValueError(f"line {_line(event)}: the key {key[:40]!r} stands twice; keep one of them")
        self.keys.add(key)

    def value(self) -> object:
        if self.kind == "map":
            return dict(zip(self.items[::2], self.items[1::2], strict=True))
        return self.items
