"""Reading our own documentation: its tables, the tests it names, its links."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]


def page(name):
    return (DOCS / name).read_text()


def section(text, title):
    """What stands under a heading, up to the next one of its rank or a higher one."""
    rank, begin = next((len(m[1]), m.end()) for m in re.finditer(r"^(#+) (.+)$", text, re.M) if m[2] == title)
    rest = text[begin:]
    end = re.search(rf"^#{{1,{rank}}} ", rest, re.M)
    return rest[: end.start()] if end else rest


def rows(text):
    """The cells of each row of the tables in a text, without their heads."""
    found = []
    for line in text.splitlines():
        if line.startswith("|"):
            found.append([cell.strip() for cell in line.strip()[1:-1].split("|")])
        elif found and found[-1] is not None:
            found.append(None)
    tables, table = [], []
    for row in [*found, None]:
        if row is None:
            tables, table = tables + table[2:], []
        else:
            table.append(row)
    return tables


def first_names(text):
    """The name in code marks that each row of the tables begins with."""
    return [match[1] for row in rows(text) if (match := re.match(r"`([^`]+)`", row[0]))]


def named_tests(text):
    """The (file, function) of each test that a text names."""
    return [tuple(name.split("::")) for name in re.findall(r"`(tests/[\w/]+\.py::\w+)`", text)]


@cache
def functions_in(path):
    file = ROOT / path
    return (
        {node.name for node in ast.parse(file.read_text()).body if isinstance(node, ast.FunctionDef)}
        if file.exists()
        else set()
    )


def unknown_tests(text):
    return [f"{path}::{name}" for path, name in named_tests(text) if name not in functions_in(path)]
