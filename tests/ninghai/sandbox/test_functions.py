"""What the portal names for the sandbox is there, and needs neither the database nor Django's apps."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
NAMED = re.compile(r'f"(\{__name__\}):(\w+)"|"((?:ninghai|tasks|disclosure|reports)\.[\w.]+):(\w+)"')


def functions() -> set[str]:
    """As they stand in the code, "module:function"."""
    found = set()
    for app in ("ninghai", "tasks", "disclosure", "reports"):
        for path in (ROOT / app).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            if "sandbox" not in text or path.parent.name == "sandbox":
                continue
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            for own, name, module_named, function in NAMED.findall(text):
                found.add(f"{(own or module_named).replace('{__name__}', module)}:{name or function}")
    return found


def test_they_are_all_found():
    assert {
        "ninghai.files.upload:inspected",
        "ninghai.personal_data.scan:looked",
        "ninghai.personal_data.rewriting.rewriter:masked",
        "ninghai.files.workbooks.opening:cells_of_first_sheet",
        "ninghai.files.drawing.pages:page_drawn",
        "ninghai.files.drawing.texts:document_drawn",
        "tasks.notices.reading.reader:notice",
        "tasks.notices.reading.reader:sheets",
        "disclosure.legacy_import.reading:sheet",
    } <= functions()


@pytest.mark.parametrize("function", [*sorted(functions()), "disclosure.legacy_import.unpacking:listed"])
def test_it_can_be_called_without_django(function):
    module, _, name = function.partition(":")
    if "{" in name:
        pytest.skip("named while it runs")
    program = f"import {module} as m; m.{name}"

    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
