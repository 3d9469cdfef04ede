"""YAML files of the operator, in which a key that stands twice is a mistake: the later one would win unseen."""

from __future__ import annotations

from typing import Any

import yaml


class UniqueKeys(yaml.SafeLoader):
    """Plain values; `yaml.YAMLError` where a key stands twice in one mapping."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The mapping of a node.

        Raises:
            yaml.YAMLError: a key stands twice.
        """
        written = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        if len(written) > len(set(written)):
            raise yaml.YAMLError(f"a key stands twice in the mapping of line {node.start_mark.line + 1}")
        return super().construct_mapping(node, deep)


class Words(UniqueKeys):
    """The same with every value as it is written: a file may be called 0123."""


Words.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0].endswith((":null", ":merge"))]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load(text: str, *, words: bool = False) -> Any:
    """The value of a YAML text; with `words` its scalars as they are written.

    Raises:
        yaml.YAMLError: it is no YAML, or a key stands twice.

    >>> load("a: 012", words=True)
    {'a': '012'}
    """
    return yaml.load(text, Loader=Words if words else UniqueKeys)  # noqa: S506  (both are safe loaders)
