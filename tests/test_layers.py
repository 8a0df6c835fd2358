"""Imports run one way: fixtures → reports → disclosure → tasks → ninghai, and nowhere in a circle."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = ["ninghai", "tasks", "disclosure", "reports", "fixtures"]
SOURCES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for app in FLOORS
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts
}


OF_SEVERAL = {  # class names that stand in several modules, and why
    "Command": "Django finds the class of a command by this name",
    "DatabaseWrapper": "Django finds the class of a database backend by this name",
    "Topic": "a record, and what the published API calls it",
    "Unit": "a record, and what the published API calls it",
}


@cache
def tree_of(module: str) -> ast.Module:
    return ast.parse(SOURCES[module].read_text(encoding="utf-8"))


def imports(module: str) -> Iterator[str]:
    """Every module of ours that this one imports, wherever in the file the import stands."""
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            target = name if name in SOURCES else name.rpartition(".")[0]
            if target in SOURCES and target != module:
                yield target


def test_every_app_is_looked_at():
    assert {module.partition(".")[0] for module in SOURCES} == set(FLOORS)


@pytest.mark.parametrize("module", sorted(SOURCES))
def test_a_module_imports_only_from_its_own_floor_and_below(module):
    floor = FLOORS.index(module.partition(".")[0])

    above = [target for target in imports(module) if FLOORS.index(target.partition(".")[0]) > floor]

    assert above == []


def test_no_modules_import_each_other_in_a_circle():
    graph = {module: set(imports(module)) for module in SOURCES}

    assert list(TopologicalSorter(graph).static_order())  # raises CycleError, which names the circle


@pytest.mark.parametrize("module", sorted(SOURCES))
def test_imports_stand_at_the_top_of_the_file(module):
    inside = [
        f"line {node.lineno}"
        for function in ast.walk(tree_of(module))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    allowed = {"ninghai.apps", "tasks.apps", "disclosure.apps", "reports.apps"}  # ready() may only import late
    assert inside == [] or module in allowed


def test_a_class_is_known_by_its_name_alone():
    modules = defaultdict(list)
    for module in sorted(SOURCES):
        for node in tree_of(module).body:
            if isinstance(node, ast.ClassDef):
                modules[node.name].append(module)

    assert {name for name, found in modules.items() if len(found) > 1} == set(OF_SEVERAL)
