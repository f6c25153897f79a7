"""What is being prepared: each room says how its documents are called and where they are asked for.

This room knows nothing of those to its right, so they register themselves: a subject such as
``evaluation/cops-2009/2012`` belongs to the room named before its first ``/``.
"""

from collections.abc import Callable
from dataclasses import dataclass

from cops.documents.models import Rendering


@dataclass(frozen=True, slots=True)
class Subject:
    """How a document is called, the page it belongs to, and the address that asks for it (by POST).

    `page_title` names that page where it is not called like the document.
    """

    title: str
    page: str = ""
    request: str = ""
    page_title: str = ""

    @property
    def page_name(self) -> str:
        return self.page_title or self.title


Describer = Callable[[str], Subject]

_describers: dict[str, Describer] = {}


def register(room: str, describe: Describer) -> None:
    """Let `describe` tell what the room's subjects are; it is given the part after the room's name."""
    _describers[room] = describe


def subject_of(rendering: Rendering) -> Subject:
    """What the rendering prepares; a subject that no room knows is called by its own text."""
    room, _, rest = rendering.subject.partition("/")
    describe = _describers.get(room)
    return describe(rest) if describe else Subject(rendering.subject)
