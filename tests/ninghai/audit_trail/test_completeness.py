"""What the trail must not miss: every act of a service, every private download, every look at personal data, every try."""

import ast
from collections import defaultdict
from collections.abc import Iterator

from django.urls import reverse

from ninghai.files import store_bytes
from ninghai.models import AuditEntry
from tests.disclosure.makers import AT, corrected, drafted, published
from tests.lint.test_house import SOURCES

NOTES = frozenset({"record", "_move", "_change", "note_download"})
PUBLIC_FILES = {"disclosure.catalogue.downloads", "disclosure.basic_catalogue.views"}
NO_ACTS = {  # what is kept while it is written, carried along, or looked at before it is confirmed; the act that follows is noted
    ("ninghai.accounts.request_limits", "require_upload_allowed"),
    ("ninghai.files.storing", "store_bytes"),
    ("ninghai.files.storing", "store_looked_into"),
    ("ninghai.files.public_copy", "store_with_copy"),
    ("disclosure.privacy.rulings", "ruling_on"),
    ("tasks.spot_checks.findings", "save_sheet"),
    ("tasks.notices.breakdown.services", "keep_breakdown"),
}

Function = tuple[str, str]  # module, name; methods of models stand under "models"


def trees() -> Iterator[tuple[str, ast.Module]]:
    for module, path in SOURCES.items():
        yield module, ast.parse(path.read_text(encoding="utf-8"))


def functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for module, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                yield module, node


def names_in(module: str, tree: ast.Module) -> dict[str, Function]:
    """What a name of this module stands for: a function of its own, or one imported from where it is defined."""
    names = {node.name: (module, node.name) for node in tree.body if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {alias.asname or alias.name: (node.module, alias.name) for alias in node.names}
    return names


class Calls:
    """Who calls whom, by imports; a method of a record may be that of any model that has one of this name."""

    def __init__(self) -> None:
        self.names = {module: names_in(module, tree) for module, tree in trees()}
        self.called: defaultdict[Function, set[Function]] = defaultdict(set)
        self.notes: set[Function] = set()
        for module, tree in trees():
            for node in tree.body:
                if isinstance(node, ast.FunctionDef):
                    self._read(module, node, (module, node.name))
                elif isinstance(node, ast.ClassDef) and (
                    ".models" in module or module == "ninghai.models.state_machine"
                ):
                    for method in node.body:
                        if isinstance(method, ast.FunctionDef):
                            self._read(module, method, ("models", method.name))

    def _read(self, module: str, node: ast.FunctionDef, function: Function) -> None:
        for each in ast.walk(node):
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


def test_every_act_of_a_service_writes_a_row():
    """A service takes who acts and when; by whatever way, it ends in a row of the trail."""
    calls = Calls()
    acts = set()
    for module, node in functions():
        given = {argument.arg for argument in node.args.kwonlyargs}
        if ".models" not in module and {"by", "at"} <= given and not node.name.startswith("_"):
            acts.add((module, node.name))

    assert len(acts) > 150
    assert {act for act in acts if not calls.reach_the_trail(act)} == NO_ACTS


def test_what_writes_no_row_is_known_as_such():
    """The test above can fail: these functions change things or only look, and leave no row."""
    calls = Calls()

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


def rows(action):
    return [(row.actor, row.target_label, row.detail) for row in AuditEntry.objects.filter(action=action)]


def test_a_draft_s_file_is_noted_a_public_one_is_not(client, cast):
    one, other = (
        store_bytes(data=b"1", name=f"{name}.txt", media_type="text/plain", by=cast.clerk, at=AT) for name in "甲乙"
    )
    draft, public = drafted(cast, files=[one]), published(cast, files=[other])
    client.force_login(cast.clerk)

    for item in (draft, public):
        assert client.get(item.attachments.get().get_absolute_url()).status_code == 200

    assert rows("download") == [(cast.clerk, "甲.txt", {"file": "甲.txt", "sha256": one.sha256})]


def test_who_looks_at_a_visitors_contact_is_noted(client, cast):
    correction = corrected(published(cast))
    client.force_login(cast.clerk)
    address = reverse("disclosure:correction", args=[correction.pk])

    masked = client.get(address).text
    assert not rows("read_personal")
    shown = client.get(f"{address}?contact=show").text

    assert ("138****5678" in masked, "13812345678" in masked, "13812345678" in shown) == (True, False, True)
    noted = AuditEntry.objects.get(action="read_personal")
    assert (noted.actor, noted.acting_unit, noted.acting_role) == (cast.clerk, cast.finance, "editor")
    assert noted.address == "127.0.0.1"
    assert "13812345678" not in str(noted.detail)


def test_a_try_that_was_refused_is_noted_and_one_for_a_strangers_record_is_logged(client, cast, caplog):
    item = drafted(cast)
    client.force_login(cast.other_clerk)

    assert client.get(reverse("admin:ninghai_auditentry_changelist")).status_code in {302, 403}
    client.force_login(cast.office)
    assert client.get(reverse("admin:ninghai_auditentry_changelist")).status_code == 403
    client.force_login(cast.other_clerk)
    assert client.get(reverse("disclosure:work-item-detail", args=[item.pk])).status_code == 404

    assert (cast.office, str(cast.office), {"method": "GET", "path": "/admin/ninghai/auditentry/"}) in rows("refused")
    assert f"not found for account {cast.other_clerk.pk}: GET" in caplog.text
    assert cast.other_clerk.username not in caplog.text
