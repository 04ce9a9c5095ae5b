"""Tracked code: one digest of a script and of everything that it imports from this library, read from the source.

Comments, docstrings, types and time stamps do not count, and nothing needs to be listed. A module that is found by its
name (importlib) or run by its path is named in a tuple DYNAMIC_IMPORTS at the top of the file that does so. A module
that decides no output (logging, memory of digests) sets NOT_TRACKED and is left out.
"""

import ast
import functools
import hashlib
from collections.abc import Iterator
from pathlib import Path

from boundary.files.memo import remembered

NOT_TRACKED = True
SCRIPTS = Path(__file__).resolve().parent.parent  # workflow/scripts
TYPES = ("annotation", "returns")  # fields of syntax trees that decide nothing


@functools.cache
def library(*scripts: str) -> str:
    """The digest of `scripts` (paths below workflow/scripts) and of the closure of their imports, as a rule's param."""
    digest = hashlib.sha256()
    for name in closure(*scripts):
        digest.update(f"{name}:{_reading(name)['syntax']}\n".encode())
    return digest.hexdigest()[:16]


def module_file(module: str) -> str:
    """The path below workflow/scripts of a module of the library, such as `boundary.errors`."""
    return _find(module.split(".")) or f"{module.replace('.', '/')}.py"


@functools.cache
def closure(*scripts: str) -> list[str]:
    """The files of `scripts` and of all their imports: sorted paths below workflow/scripts."""
    found, waiting = set(), list(scripts)
    while waiting:
        name = waiting.pop()
        if name not in found and not _reading(name)["neutral"]:
            found.add(name)
            waiting += _reading(name)["imports"]
    return sorted(found)


@functools.cache
def _reading(name: str) -> dict:
    """What a file says: its imports within the library, a digest of its syntax, and whether it decides nothing."""
    path = SCRIPTS / name
    return remembered("syntax", path, [path, Path(__file__)], lambda: _read(name))  # read by this very code


def _read(name: str) -> dict:
    path = SCRIPTS / name
    tree = ast.parse(path.read_bytes(), str(path))
    imports = set(_files(name.removesuffix(".py").replace("/", "."), path.parent))  # the packages around it
    for node in _walk(tree):
        match node:
            case ast.Import(names=aliases):
                modules = [alias.name for alias in aliases]
            case ast.ImportFrom(module=str(module), names=aliases):
                modules = [module, *(f"{module}.{alias.name}" for alias in aliases)]
            case ast.Assign(targets=[ast.Name(id="DYNAMIC_IMPORTS")], value=value):
                modules = list(ast.literal_eval(value))
            case _:
                continue
        imports.update(file for module in modules for file in _files(module, path.parent))
    neutral = any(isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "NOT_TRACKED" for n in tree.body)
    syntax = hashlib.sha256(_syntax(tree).encode()).hexdigest()
    return {"imports": sorted(imports - {name}), "syntax": syntax, "neutral": neutral}


def _files(module: str, beside: Path) -> list[str]:
    """A module of the library with the packages around it; or a file `beside` the one that imports it, run by path."""
    parts = module.split(".")
    if parts[0] != "boundary":
        neighbour = beside / f"{module}.py"
        return [str(neighbour.relative_to(SCRIPTS))] if beside != SCRIPTS and neighbour.is_file() else []
    return [file for end in range(1, len(parts) + 1) if (file := _find(parts[:end]))]


@functools.cache
def _exists(path: Path) -> bool:
    return path.is_file()


def _find(parts: list[str]) -> str | None:
    for file in ("/".join(parts) + ".py", "/".join([*parts, "__init__.py"])):
        if _exists(SCRIPTS / file):
            return file
    return None


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """Every node below one that runs: not what is imported for types alone."""
    for child in ast.iter_child_nodes(node):
        if not _for_types(child):
            yield child
            yield from _walk(child)


def _for_types(node) -> bool:
    """Whether a statement is `if TYPE_CHECKING:`."""
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _syntax(node) -> str:
    """A syntax tree as text, without docstrings, annotations, places, and fields that are empty: the same in every
    Python."""
    if isinstance(node, list):
        return f"[{','.join(_syntax(one) for one in node if not _for_types(one))}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = dict(ast.iter_fields(node))
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(node):
        fields["body"] = node.body[1:]
    shown = (
        f"{name}={_syntax(value)}"
        for name, value in fields.items()
        if name not in TYPES and value is not None and value != []
    )
    return f"{type(node).__name__}({','.join(shown)})"
