"""Bring the text of a configuration file up to date: renamed keys and values get their new names, all else stays."""

from collections.abc import Iterator

import yaml

from monitor.config.renamed import FileKind, Rename, find_key_rename, find_value_rename, rename_error
from monitor.config.validation import ConfigErrors
from monitor.config.yaml_positions import KeyPath, Location, syntax_error
from monitor.errors import ConfigError

Edit = tuple[int, int, str]  # start and end in characters, and the text that replaces them


def upgrade(text: str, *, file: str = "") -> str:
    """Returns the text of a file with the new names of keys and values; comments and layout stay as they are.

    Works for monitor.yaml, channels.yaml, and the files of sources/ and rules/; the top keys show which one it is.
    `file` names the file in errors. Raises ConfigErrors if the text is not YAML, or if an old key and its new key
    are both set.
    """
    try:
        # The loader in Python, not libyaml: its marks count characters, which the edits need.
        top = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        raise ConfigErrors([syntax_error(error, file)]) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ConfigErrors([ConfigError(f"is not YAML: {error}", file=file)]) from error
    if not isinstance(top, yaml.MappingNode):
        return text
    collector = EditCollector(file_kind(top), file)
    edits = sorted(collector.edits(top, ()), reverse=True)
    if collector.errors:
        raise ConfigErrors(collector.errors)
    # From the end, so that the positions of the remaining edits stay right.
    for start, end, new in edits:
        text = text[:start] + new + text[end:]
    return text


def file_kind(top: yaml.MappingNode) -> FileKind:
    """The kind of a file, by its top keys."""
    keys = {key.value for key, _ in top.value if isinstance(key, yaml.ScalarNode)}
    if "sources" in keys:
        return FileKind.SOURCES
    if "channels" in keys:
        return FileKind.CHANNELS
    # A rule file may have any subset of the keys of the rules, so it is the remaining case.
    return FileKind.SETTINGS if keys & {"contact", "zone", "store", "smtp", "limits"} else FileKind.RULES


class EditCollector:
    """Walks the node tree of one file and collects the edits that bring it up to date."""

    def __init__(self, kind: FileKind, file: str) -> None:
        self.errors: list[ConfigError] = []
        self._kind, self._file = kind, file
        self._seen: set[int] = set()

    def edits(self, node: yaml.Node, path: KeyPath) -> Iterator[Edit]:
        """The edits in a node and all nodes below it. An alias leads to the node of its anchor, which is edited once."""
        if id(node) in self._seen:
            return
        self._seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            for number, item in enumerate(node.value):
                yield from self.edits(item, (*path, number))
        elif isinstance(node, yaml.MappingNode):
            keys = {key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)}
            for key, value in node.value:
                if isinstance(key, yaml.ScalarNode):
                    yield from self._pair_edits(key, value, path, keys)
        elif new := find_value_rename(self._kind, path, node.value):
            yield replacement(node, new)

    def _pair_edits(self, key: yaml.ScalarNode, value: yaml.Node, path: KeyPath, keys: set[str]) -> Iterator[Edit]:
        if key.value == "<<":  # the keys of a merged mapping count as keys of this one
            yield from self.edits(value, path)
            return
        key_path = (*path, key.value)
        if new := find_key_rename(self._kind, key_path):
            if new in keys:
                mark = key.start_mark
                location = Location(file=self._file, line=mark.line + 1, column=mark.column + 1)
                rename = Rename(path=key_path, old=key.value, new=new, is_value=False)
                self.errors.append(rename_error(rename, location))
            yield replacement(key, new)
            key_path = (*path, new)
        yield from self.edits(value, key_path)


def replacement(node: yaml.Node, new: str) -> Edit:
    """The edit that writes a new name in place of a scalar."""
    # Quotes around a name stay: the marks of a quoted scalar include them.
    quote = node.style if isinstance(node, yaml.ScalarNode) and node.style in ("'", '"') else ""
    return node.start_mark.index, node.end_mark.index, f"{quote}{new}{quote}"
