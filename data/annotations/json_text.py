"""JSON files whose values know their lines."""

import json
import re
from bisect import bisect_left
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from data.annotations.labelling import LabelProblem
from data.errors import TruthError

_SPACE: Final = re.compile(r"[ \t\n\r]*")


class JsonText:
    """A JSON text: what it holds, and in which line each value begins.

    Lines are looked up only where they are asked for.

    Attributes:
        content: What it holds.
    """

    def __init__(self, text: str) -> None:
        """Read a text.

        Args:
            text: JSON. NaN and Infinity are let through, as many tools write them.

        Raises:
            ValueError: If it is not JSON.
            RecursionError: If it is nested too deeply.
        """
        self.content: Any = json.loads(text)
        self._text = text
        self._known: dict[int, dict[str | int, int]] = {}

    def line(self, *steps: str | int) -> int:
        r"""The line in which a value begins, from 1 on.

        Args:
            steps: The keys and indices that lead to it.

        Raises:
            KeyError: If nothing is there.

        Example:
            >>> JsonText('{"a": [1,\n  {"b": 2}]}').line("a", 1, "b")
            2
        """
        at = self._skip(0)
        for step in steps:
            at = self._inside(at)[step]
        return bisect_left(self._breaks, at) + 1

    @cached_property
    def _breaks(self) -> list[int]:
        return [found.start() for found in re.finditer("\n", self._text)]

    def _inside(self, start: int) -> dict[str | int, int]:
        if start not in self._known:
            self._known[start] = self._walk(start)
        return self._known[start]

    def _walk(self, start: int) -> dict[str | int, int]:
        scan = json.JSONDecoder().raw_decode
        found: dict[str | int, int] = {}
        keyed = self._text[start] == "{"
        at = self._skip(start + 1)
        while self._text[at] not in "]}":
            key: str | int = len(found)
            if keyed:
                key, at = scan(self._text, at)
                at = self._skip(self._skip(at) + 1)
            found[key] = at
            at = self._skip(scan(self._text, at)[1])
            if self._text[at] == ",":
                at = self._skip(at + 1)
        return found

    def _skip(self, at: int) -> int:
        space = _SPACE.match(self._text, at)
        return space.end() if space else at


def read_json(path: Path) -> JsonText | LabelProblem:
    """Read a JSON file.

    Args:
        path: The file, UTF-8.

    Returns:
        Its text, or what is wrong with it and where.

    Raises:
        TruthError: If it is missing or cannot be read.
    """
    try:
        return JsonText(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}. Check the path."
        raise TruthError(msg) from error
    except json.JSONDecodeError as error:
        what = f"it is not JSON: {error.msg}"
        return LabelProblem(f"{path.name}:{error.lineno}", what)
    except RecursionError:
        return LabelProblem(f"{path.name}:1", "it is nested too deeply")
    except ValueError as error:
        what = f"it is not JSON: {' '.join(str(error).split())}"
        return LabelProblem(f"{path.name}:1", what)
