"""Every act of a service leaves a row in the audit trail, by whatever way; so does every file that is not public."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from tests.lint.test_house import SOURCES, nodes_of, tree_of

NOTES = frozenset({"record", "_move", "_change", "note_download"})
PUBLIC_FILES = {"disclosure.catalogue.downloads", "disclosure.basic_catalogue.views"}
NO_ACTS = {  # what is kept while it is written, carried along, or looked at before it is confirmed; the act that follows is noted
    ("ninghai.accounts.request_limits", "require_upload_allowed"),
    ("ninghai.files.storing", "store_bytes"),
    ("ninghai.files.storing", "store_looked_into"),
    ("ninghai.files.public_copy", "store_with_copy"),
    ("disclosure.privacy.rulings", "ruling_on"),
    ("disclosure.requests.keeping", "keep_proof"),
    ("tasks.spot_checks.findings", "save_sheet"),
    ("tasks.notices.breakdown.services", "keep_breakdown"),
}

Function = tuple[str, str]  # module, name; methods of models stand under "models"


def functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for module in SOURCES:
        for node in nodes_of(module):
            if isinstance(node, ast.FunctionDef):
                yield module, node


def names_in(module: str) -> dict[str, Function]:
    """What a name of this module stands for: a function of its own, or one imported from where it is defined."""
    names = {node.name: (module, node.name) for node in tree_of(module).body if isinstance(node, ast.FunctionDef)}
    for node in nodes_of(module):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {alias.asname or alias.name: (node.module, alias.name) for alias in node.names}
    return names


class Calls:
    """Who calls whom, by imports; a method of a record may be that of any model that has one of this name."""

    def __init__(self) -> None:
        self.names = {module: names_in(module) for module in SOURCES}
        self.called: defaultdict[Function, set[Function]] = defaultdict(set)
        self.notes: set[Function] = set()
        for module in SOURCES:
            for node in tree_of(module).body:
                if isinstance(node, ast.FunctionDef):
                    self._read(module, node, (module, node.name))
                elif isinstance(node, ast.ClassDef) and (
                    ".models" in module or module == "ninghai.models.state_machine"
                ):
                    for method in node.body:
                        if isinstance(method, ast.FunctionDef):
                            self._read(module, method, ("models", method.name))

    def _read(self, module: str, node: ast.FunctionDef, function: Function) -> None:
        asked_nothing = {
            each.func for each in ast.walk(node) if isinstance(each, ast.Call) and not each.args and not each.keywords
        }
        for each in ast.walk(node):
            if (
                each in asked_nothing
                and isinstance(each, ast.Attribute)
                and not self.names[module].get(getattr(each.value, "id", ""))
            ):
                continue  # `match.end()`: an act is told who acts, and when
            if isinstance(each, ast.Name) and each.id in self.names[module]:
                self.called[function].add(self.names[module][each.id])
            elif isinstance(each, ast.Attribute):
                above = getattr(each.value, "id", "")
                through = self.names[module].get(above)
                self.called[function].add((".".join(through), each.attr) if through else ("models", each.attr))
                if each.attr in NOTES:
                    self.notes.add(function)

    def reach_the_trail(self, function: Function) -> bool:
        seen, waiting = {function}, [function]
        while waiting:
            now = self._where_defined(waiting.pop())
            if now in self.notes or now[1] == "note_download":
                return True
            new = self.called[now] - seen
            seen |= new
            waiting += new
        return False

    def _where_defined(self, function: Function) -> Function:
        """Through the packages that hand a function on."""
        for _ in range(3):
            module, name = function
            onward = self.names.get(module, {}).get(name)
            if onward is None or onward == function:
                break
            function = onward
        return function


@cache
def all_calls() -> Calls:
    return Calls()


def test_every_act_of_a_service_writes_a_row():
    """A service takes who acts and when; by whatever way, it ends in a row of the trail."""
    calls = all_calls()
    acts = set()
    for module, node in functions():
        given = {argument.arg for argument in node.args.kwonlyargs}
        if ".models" not in module and {"by", "at"} <= given and not node.name.startswith("_"):
            acts.add((module, node.name))

    assert len(acts) > 150
    assert {act for act in acts if not calls.reach_the_trail(act)} == NO_ACTS


def test_what_writes_no_row_is_known_as_such():
    """The test above can fail: these functions change things or only look, and leave no row."""
    calls = all_calls()

    for silent in (
        ("ninghai.staff_site.list_tools", "keep_filter"),
        ("ninghai.models.state_machine", "require"),
        ("disclosure.catalogue.item_page", "flush_view_counts"),
        ("disclosure.items.index_numbers", "allocate_index_number"),
    ):
        assert silent in calls.called
        assert not calls.reach_the_trail(silent), silent


def called_by(node: ast.FunctionDef) -> set[str]:
    calls = (each.func for each in ast.walk(node) if isinstance(each, ast.Call))
    return {getattr(call, "attr", getattr(call, "id", "")) for call in calls}


def test_what_is_not_public_leaves_only_with_a_row():
    """Only public pages may send a file without noting who took it."""
    senders = {module for module, node in functions() if "file_response" in called_by(node)}

    assert senders - {"ninghai.files.response"} == PUBLIC_FILES
