"""The plan of the house: which way imports run, what classes are called, and how much stands in one place."""

import ast
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[2]
FLOORS = ["ninghai", "tasks", "disclosure", "reports", "fixtures"]
SOURCES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for app in FLOORS
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts
}
MAY_IMPORT_LATE = {f"{app}.apps" for app in FLOORS}  # ready() may only import late
OF_SEVERAL = {  # class names that stand in several modules, and why
    "Command": "Django finds the class of a command by this name",
    "DatabaseWrapper": "Django finds the class of a database backend by this name",
    "Topic": "a record, and what the published API calls it",
    "Unit": "a record, and what the published API calls it",
}
LONGEST_FILE, LONGEST_FUNCTION = 500, 44  # lines
MOST_IMPORT_LINES = 0.08  # of all lines
MOST_WITH_ONE_IMPORTER = 0.25  # of all modules


@cache
def text_of(module: str) -> str:
    return SOURCES[module].read_text(encoding="utf-8")


@cache
def tree_of(module: str) -> ast.Module:
    return ast.parse(text_of(module))


@cache
def nodes_of(module: str) -> list[ast.AST]:
    return list(ast.walk(tree_of(module)))


def imports(module: str) -> Iterator[str]:
    """Every module of ours that this one imports, wherever in the file the import stands."""
    for node in nodes_of(module):
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


def floor_of(module: str) -> int:
    return FLOORS.index(module.partition(".")[0])


def lines_of(node: ast.AST) -> int:
    return node.end_lineno - node.lineno + 1


# --- Imports ---------------------------------------------------------------------------------------------------------


def test_every_app_is_looked_at():
    assert {floor_of(module) for module in SOURCES} == set(range(len(FLOORS)))


def test_a_module_imports_only_from_its_own_floor_and_below():
    up = [(module, target) for module in SOURCES for target in imports(module) if floor_of(target) > floor_of(module)]

    assert up == []


def test_the_product_stands_without_its_tests():
    leaning = {
        module
        for module in SOURCES
        for node in nodes_of(module)
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "tests"
    }

    assert leaning == set()


def test_no_modules_import_each_other_in_a_circle():
    graph = {module: set(imports(module)) for module in SOURCES}

    assert list(TopologicalSorter(graph).static_order())  # raises CycleError, which names the circle


def test_imports_stand_at_the_top_of_the_file():
    inside = {
        f"{module}:{node.lineno}"
        for module in SOURCES.keys() - MAY_IMPORT_LATE
        for function in nodes_of(module)
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }

    assert inside == set()


# --- Names and sizes -------------------------------------------------------------------------------------------------


def test_a_class_is_known_by_its_name_alone():
    modules = defaultdict(list)
    for module in SOURCES:
        for node in tree_of(module).body:
            if isinstance(node, ast.ClassDef):
                modules[node.name].append(module)

    assert {name for name, found in modules.items() if len(found) > 1} == set(OF_SEVERAL)


def test_a_rooms_docstring_names_what_is_there():
    """In backquotes, or as a file: a module, or a function of one in the room."""
    missing = [
        (room, name)
        for room, path in SOURCES.items()
        if path.name == "__init__.py"
        for name in re.findall(r"`([a-z_.]+)`|\b([a-z_]+)\.py", ast.get_docstring(tree_of(room)) or "")
        if not _is_there("".join(name).removesuffix(".py"), room=room)
    ]

    assert missing == []


def _is_there(name: str, *, room: str) -> bool:
    within = [module for module in SOURCES if module.startswith(f"{room}.")]
    functions = {node.name for module in within for node in tree_of(module).body if isinstance(node, ast.FunctionDef)}
    return name == "manage" or name in SOURCES or f"{room}.{name}" in SOURCES or name in functions


def test_files_and_functions_are_short():
    files = {module: text_of(module).count("\n") for module in SOURCES}
    functions = {
        f"{module}:{node.name}": lines_of(node)
        for module in SOURCES
        for node in nodes_of(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }

    assert {file: lines for file, lines in files.items() if lines > LONGEST_FILE} == {}
    assert {function: lines for function, lines in functions.items() if lines > LONGEST_FUNCTION} == {}


def test_little_of_the_code_is_imports():
    lines = sum(text_of(module).count("\n") for module in SOURCES)
    of_imports = sum(
        lines_of(node)
        for module in SOURCES
        for node in nodes_of(module)
        if isinstance(node, ast.Import | ast.ImportFrom)
    )

    assert of_imports / lines <= MOST_IMPORT_LINES


def test_few_modules_serve_one_other_alone():
    """What is always opened together belongs in one file."""
    importers = Counter(target for module in SOURCES for target in set(imports(module)))
    lonely = sorted(module for module, count in importers.items() if count == 1)

    assert len(lonely) <= MOST_WITH_ONE_IMPORTER * len(SOURCES), lonely


def test_the_web_server_loads_the_portal():
    """As gunicorn does: before anything else has read the settings."""
    done = subprocess.run([sys.executable, "-c", "import ninghai.wsgi"], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr


def test_settings_only_read(tmp_path):
    """Neither what starts servers is loaded, nor is anything written."""
    code = "import sys, ninghai.settings; print([name for name in sys.modules if 'devservices' in name])"
    known = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path / "var")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, env=known)

    assert (done.stdout.strip(), done.stderr, list(tmp_path.iterdir())) == ("[]", "", [])
