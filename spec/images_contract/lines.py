"""Where in a file a JSON pointer stands, for readers that want a line."""

from __future__ import annotations

from pathlib import Path

import yaml

from .document import unescape


class Lines:
    """The lines of a YAML file by JSON pointer."""

    def __init__(self, path: Path) -> None:
        self._root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)

    def of(self, pointer: str) -> int | None:
        """Return the line, counted from 1, of what a pointer such as `#/info/title` names, or None."""
        node, line = self._root, 1
        for step in map(unescape, pointer.removeprefix("#").split("/")[1:]):
            found = self._step(node, step)
            if found is None:
                return None
            line, node = found
        return line

    @staticmethod
    def _step(node: yaml.Node | None, step: str) -> tuple[int, yaml.Node] | None:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == step:
                    return key.start_mark.line + 1, value
        elif isinstance(node, yaml.SequenceNode) and step.isdecimal() and int(step) < len(node.value):
            value = node.value[int(step)]
            return value.start_mark.line + 1, value
        return None
