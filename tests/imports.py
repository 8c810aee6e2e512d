"""Who imports whom within a package of the checkout, wherever in a file."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]


def files_of(package):
    """Return each file of a package by its dotted name, a package's `__init__` by its folder's."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in sorted((ROOT / package).rglob("*.py"))
    }


def arrows_of(files):
    """Return the dotted names that each file imports."""
    return {name: set(_imported(name, path, files)) for name, path in files.items()}


def _imported(name, path, files):
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else []
            source = ".".join([*above, *filter(None, [node.module])])
            wholes = (f"{source}.{alias.name}" for alias in node.names)
            yield from (whole if whole in files else source for whole in wholes)
