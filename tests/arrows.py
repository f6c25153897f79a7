"""Which room depends on which: imports wherever they stand, string references to models, migrations."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# From left to right; each may depend on itself and on rooms before it.
ROOMS = (
    "cops.lib",
    "cops.users",
    "cops.audit",
    "cops.documents",
    "cops.mail",
    "governance",
    "contracts",
    "actions",
    "evaluation",
    "cops.desk",
    "cops",
)
LABELS = {room.rpartition(".")[2]: room for room in ROOMS[:-1]}
RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField"}
LOADERS = {"import_module", "import_string", "__import__", "include"}


@dataclass(frozen=True)
class Arrow:
    """One place in a file of `source` that needs `target`."""

    path: Path
    line: int
    source: str
    target: str

    @property
    def runs_right(self) -> bool:
        return ROOMS.index(self.target) > ROOMS.index(self.source)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.source} → {self.target}"


def forbidden_arrows(root: Path) -> list[str]:
    """Every arrow under `root` that runs to the right."""
    return [str(arrow) for arrow in arrows(root) if arrow.runs_right]


def arrows(root: Path) -> Iterator[Arrow]:
    """Every arrow between rooms under `root`."""
    for path in sorted(source_files(root)):
        module = ".".join(path.relative_to(root).with_suffix("").parts)
        source = room_of(module)
        if source is None:
            continue
        for line, target in _dependencies(ast.parse(path.read_text()), module, path.name == "__init__.py"):
            if target != source:
                yield Arrow(path.relative_to(root), line, source, target)


def source_files(root: Path) -> Iterator[Path]:
    """The Python files of the rooms."""
    for top in {room.split(".")[0] for room in ROOMS}:
        yield from (root / top).rglob("*.py")


def room_of(module: str) -> str | None:
    """The room that a dotted name lies in; None when it is no name of ours."""
    inside = [room for room in ROOMS if module == room or module.startswith(f"{room}.")]
    return max(inside, key=len, default=None)


def _dependencies(tree: ast.Module, module: str, is_package: bool) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        for name in _names(node, module, is_package):
            if room := room_of(name):
                yield node.lineno, room


def _names(node: ast.AST, module: str, is_package: bool) -> Iterator[str]:
    """Dotted names of what this node needs."""
    match node:
        case ast.Import(names=aliases):
            yield from (alias.name for alias in aliases)
        case ast.ImportFrom():
            base = _imported_from(node, module, is_package)
            yield from (f"{base}.{alias.name}" for alias in node.names)
        case ast.Call():
            yield from _called(node)
        case ast.Attribute(attr="AUTH_USER_MODEL"):
            yield LABELS["users"]
        case ast.Assign(targets=[ast.Name(id="dependencies")], value=ast.List(elts=elements)):
            labels = (element.elts[0] for element in elements if isinstance(element, ast.Tuple))
            yield from (LABELS.get(text, "") for text in map(_text, labels))


def _imported_from(node: ast.ImportFrom, module: str, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    parents = module.removesuffix(".__init__").split(".")
    kept = parents[: len(parents) - node.level + is_package]
    return ".".join([*kept, *([node.module] if node.module else [])])


def _called(call: ast.Call) -> Iterator[str]:
    function = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    arguments = [*call.args[:1], *(word.value for word in call.keywords if word.arg in ("to", "through"))]
    if function in LOADERS:
        yield from filter(None, map(_text, call.args[:1]))
    elif function in RELATIONS or function == "get_model":
        labels = (_text(argument).split(".")[0] for argument in arguments)
        yield from (LABELS.get(label, "") for label in labels)


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
