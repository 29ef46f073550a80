"""XML files whose elements know their lines, read without trust.

The parser is expat. A document type is refused: no tool writes one for labels, and
without it there are no entities that grow or fetch. (lxml loses count of lines beyond
65,535, which a task of CVAT exceeds.)
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET
from xml.parsers import expat

from data.annotations.labelling import LabelProblem
from data.errors import TruthError

_UNKNOWN: Final = "\N{REPLACEMENT CHARACTER}"


@dataclass(slots=True)
class Node:
    """One element.

    Attributes:
        tag: Its name.
        attributes: Its attributes.
        line: Line in which it begins, from 1 on.
        text: All text directly in it.
        children: Its elements.
    """

    tag: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    children: list["Node"] = field(default_factory=list)

    def find(self, tag: str) -> "Node | None":
        """Its first child with a name; None if there is none.

        Args:
            tag: The name.
        """
        return next(iter(self.find_all(tag)), None)

    def find_all(self, tag: str) -> list["Node"]:
        """All its children with a name.

        Args:
            tag: The name.
        """
        return [child for child in self.children if child.tag == tag]

    def say(self, *tags: str) -> str:
        """Text of a descendant, without the space around it; empty if it is not there.

        Args:
            tags: The names that lead to it.
        """
        node: Node | None = self
        for tag in tags:
            node = node.find(tag) if node else None
        return node.text.strip() if node else ""


def read_xml(path: Path, name: str | None = None) -> Node | LabelProblem:
    """Read an XML file.

    Args:
        path: The file.
        name: What to call it in problems; its name by default.

    Returns:
        Its root, or what is wrong with it and where.

    Raises:
        TruthError: If it is missing or cannot be read.
    """
    tree = _Tree()
    try:
        return tree.read(path.read_bytes())
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}. Check the path."
        raise TruthError(msg) from error
    except expat.ExpatError as error:
        what = f"it is not XML: {expat.ErrorString(error.code)}"
        return LabelProblem(f"{name or path.name}:{error.lineno}", what)
    except (LookupError, ValueError) as error:  # of the encoding, of `_refuse`
        what = f"it cannot be read as XML: {error}"
        return LabelProblem(f"{name or path.name}:{max(tree.line, 1)}", what)


def add_node(parent: ET.Element, tag: str, text: object = "") -> None:
    """Add an element with a text.

    Args:
        parent: Where.
        tag: Its name.
        text: What it says; what XML cannot hold is replaced.
    """
    ET.SubElement(parent, tag).text = to_plain(str(text))


def write_xml(root: ET.Element, path: Path) -> None:
    """Write a tree, indented.

    Args:
        root: Its root.
        path: The file.
    """
    ET.indent(root)
    text = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    path.write_bytes(text + b"\n")


def to_plain(text: str) -> str:
    """A text as labelling tools can show it: what is not printable is replaced.

    Args:
        text: Any text.

    Example:
        >>> to_plain("a" + chr(0) + "b")
        'a\ufffdb'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _UNKNOWN for c in text)


class _Tree:
    def __init__(self) -> None:
        self._open = [Node("", {}, 0)]
        self._parser = expat.ParserCreate()
        settings = {
            "buffer_text": True,
            "StartElementHandler": self._start,
            "EndElementHandler": self._end,
            "CharacterDataHandler": self._add,
            "StartDoctypeDeclHandler": self._refuse,
        }
        for name, value in settings.items():
            setattr(self._parser, name, value)

    @property
    def line(self) -> int:
        return self._parser.CurrentLineNumber

    def read(self, content: bytes) -> Node:
        self._parser.Parse(content, True)
        return self._open[0].children[0]

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        node = Node(tag, attributes, self.line)
        self._open[-1].children.append(node)
        self._open.append(node)

    def _end(self, tag: str) -> None:
        del tag
        self._open.pop()

    def _add(self, text: str) -> None:
        self._open[-1].text += text

    def _refuse(self, *parts: object) -> None:
        del parts
        msg = "it has a document type (<!DOCTYPE), which labels must not"
        raise ValueError(msg)
