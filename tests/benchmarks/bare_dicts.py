"""The share of parameters that are bare dicts, room by room: `python tests/benchmarks/bare_dicts.py [folder]`.

Bare is what says nothing of its keys' values: `dict`, `Mapping`, either of `[str, Any]` or `[str, object]`, what holds
such ones (lists, tuples, unions, other mappings), and names that stand for them.
"""

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

SCRIPTS = Path(__file__).parents[2] / "workflow/scripts"
MAPPINGS = {"dict", "Mapping", "MutableMapping"}
ANYTHING = {"Any", "object"}


def is_bare(annotation: ast.AST | None, aliases: set[str]) -> bool:
    """Whether a type is a bare dict, or holds one."""
    match annotation:
        case ast.Subscript(value=ast.Name(id="Literal")):
            return False
        case ast.Constant(value=str(text)):
            return is_bare(ast.parse(text, mode="eval").body, aliases)
        case ast.Name(id=name):
            return name in MAPPINGS or name in aliases
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Tuple(elts=[_, ast.Name(id=value)])) if name in MAPPINGS:
            return value in ANYTHING or value in MAPPINGS or value in aliases
        case ast.Subscript(value=ast.Name(id=name), slice=inner) if name in MAPPINGS:
            return any(is_bare(child, aliases) for child in ast.iter_child_nodes(inner))
        case ast.Subscript(slice=inner):
            return is_bare(inner, aliases)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return is_bare(left, aliases) or is_bare(right, aliases)
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return any(is_bare(element, aliases) for element in elements)
    return False


def aliases_of(trees: list[ast.Module]) -> set[str]:
    """The names that stand for bare dicts, such as `Rows = list[dict]`."""
    found: set[str] = set()
    while True:
        more = {
            node.targets[0].id
            for tree in trees
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
            if isinstance(node.value, ast.Subscript | ast.Name) and is_bare(node.value, found)
        }
        if more <= found:
            return found
        found |= more


def parameters(tree: ast.Module) -> Iterator[ast.arg]:
    """Of every function and method, without self and cls."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            given = node.args
            every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
            yield from (arg for arg in every if arg is not None and arg.arg not in ("self", "cls"))


def main(folder: Path) -> None:
    trees = {path: ast.parse(path.read_text()) for path in sorted(folder.rglob("*.py"))}
    aliases = aliases_of(list(trees.values()))
    every: Counter[str] = Counter()
    bare: Counter[str] = Counter()
    for path, tree in trees.items():
        parts = path.relative_to(folder).parts
        room = parts[1] if len(parts) > 2 else "itself" if len(parts) == 2 else "adapters"
        for parameter in parameters(tree):
            every[room] += 1
            bare[room] += is_bare(parameter.annotation, aliases)
    print("| room | parameters | bare dicts | share |\n|---|---|---|---|")
    for room, count in every.most_common():
        print(f"| {room} | {count} | {bare[room]} | {bare[room] / count:.1%} |")
    print(f"| all | {every.total()} | {bare.total()} | {bare.total() / every.total():.1%} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SCRIPTS)
