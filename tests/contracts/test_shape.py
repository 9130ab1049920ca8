"""Files and functions stay short, and their names say what they hold."""

import ast
import io
import re
import tokenize
from pathlib import Path
from statistics import median

import pytest

from tests.contracts.sources import PRODUCT, code, nodes, python, text, tree

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
MEDIAN_FUNCTION = 10
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc", "handler"}
NOT_CODE = (
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
    tokenize.ENCODING,
)


def code_lines(path: Path) -> int:
    """Count lines without blanks, comments and docstrings."""
    if path.suffix in (".js", ".css", ".html"):
        bare = re.sub(r"/\*.*?\*/|<!--.*?-->|\{#.*?#\}", "", text(path), flags=re.DOTALL)
        return sum(bool(line.strip()) for line in bare.splitlines())
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text(path)).readline):
        if token.type not in NOT_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    return len(lines - _docstring_lines(path))


def _docstring_lines(path: Path) -> set[int]:
    lines: set[int] = set()
    for node in nodes(path):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                lines.update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return lines


def functions(path: Path) -> list[tuple[str, int]]:
    """Name every function of a file with its length in lines."""
    return [
        (f"{path}:{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1)
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_no_file_is_longer_than_400_lines_of_code() -> None:
    long = [path for path in code() if text(path).count("\n") >= LONGEST_FILE]
    too_long = {str(path): lines for path in long if (lines := code_lines(path)) > LONGEST_FILE}
    assert too_long == {}


def test_no_function_is_longer_than_60_lines() -> None:
    every = [entry for path in python() for entry in functions(path)]
    assert [entry for entry in every if entry[1] > LONGEST_FUNCTION] == []


def test_the_median_function_is_short() -> None:
    every = [length for path in python() for _name, length in functions(path)]
    assert median(every) <= MEDIAN_FUNCTION


def test_no_name_of_a_file_is_vague() -> None:
    vague = [str(path) for path in code() if VAGUE & set(re.split(r"[_\-.]", path.stem.lower()))]
    assert vague == []


@pytest.mark.parametrize("package", PRODUCT)
def test_every_module_begins_with_its_caption(package: str) -> None:
    silent = [
        str(path)
        for path in python()
        if path.parts[0] == package and not ast.get_docstring(tree(path))
    ]
    assert silent == []


def test_counting_leaves_out_blanks_comments_and_docstrings() -> None:
    assert code_lines(Path("kiosk/__init__.py")) == 0
