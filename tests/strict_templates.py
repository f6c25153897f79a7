"""Undefined template variables are errors in the project's own templates."""

import sys
from pathlib import Path
from types import FrameType

from django.template.base import Node


class UndefinedVariableError(AssertionError):
    """A template of the project shows a variable that nobody gave it."""


class UndefinedVariables(str):
    """What Django asks for the text of an undefined variable (`string_if_invalid`).

    Raises when the variable stands in a template under `root`, outside its virtual environment; templates of
    installed packages rely on undefined variables being empty, so there it is.
    """

    root: Path

    def __new__(cls, root: Path) -> "UndefinedVariables":
        text = super().__new__(cls, "%s")
        text.root = root
        return text

    def __mod__(self, variable: object) -> str:
        node = _node_being_rendered(sys._getframe(1))
        if node is not None and self._is_ours(node):
            raise UndefinedVariableError(
                f"{node.origin.template_name}, line {node.token.lineno}: « {variable} » is undefined"
            )
        return ""

    def _is_ours(self, node: Node) -> bool:
        path = Path(str(node.origin.name))
        return path.is_relative_to(self.root) and ".venv" not in path.relative_to(self.root).parts


def _node_being_rendered(frame: FrameType | None) -> Node | None:
    while frame is not None:
        owner = frame.f_locals.get("self")
        if isinstance(owner, Node) and getattr(owner, "origin", None) is not None:
            return owner
        frame = frame.f_back
    return None
