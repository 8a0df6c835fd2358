"""What the portal can write on a screen: the texts of its templates, of its code, of its ground data and of Django's admin in Chinese."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import django

ROOT = Path(__file__).parents[2]
APPS = ("ninghai", "tasks", "disclosure", "reports", "fixtures")
DJANGO = Path(django.__file__).parent / "contrib" / "admin" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
# Where a text of a template ends: a tag of HTML or of Django, the quotes of an attribute.
ENDS = re.compile(r"<[^>]*?=\"|\"[^<>\"]*?=\"|\"|<[^<>\"]*>|>|\{%.*?%\}|\{#.*?#\}|\n")
VALUE = re.compile(r"\{\{.*?\}\}")
VALUE_HERE = "\0"
LEAST = 4  # characters that must stand still in a text with values: less would match anything


def is_on_a_screen(words: str) -> bool:
    """Whether these words stand, letter by letter, in some text of the portal; where it fills in a value, any words fit."""
    return words in plain() or any(pattern.fullmatch(words) for pattern in patterns())


@cache
def plain() -> str:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html")]
    texts += [path.read_text(encoding="utf-8") for path in (ROOT / "fixtures").glob("*.json")]
    texts += [text for path in sources() for text in strings(path)]
    return "\n".join([*texts, DJANGO.read_text(encoding="utf-8")])


@cache
def patterns() -> list[re.Pattern[str]]:
    return [re.compile(".+".join(map(re.escape, parts))) for parts in (*of_templates(), *of_code())]


def of_templates() -> Iterator[list[str]]:
    """Texts of templates with values in them, such as 签署{{ question.label }}意见."""
    for path in (ROOT / "templates").rglob("*.html"):
        for text in ENDS.split(path.read_text(encoding="utf-8")):
            if VALUE.search(text) and len(VALUE.sub("", text).strip()) >= LEAST:
                yield VALUE.split(text.strip())


def of_code() -> Iterator[list[str]]:
    """The same of f-strings."""
    for path in sources():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.JoinedStr):
                text = "".join(part.value if isinstance(part, ast.Constant) else VALUE_HERE for part in node.values)
                if VALUE_HERE in text and len(text.replace(VALUE_HERE, "")) >= LEAST:
                    yield text.split(VALUE_HERE)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def sources() -> list[Path]:
    return [path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]


def strings(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
