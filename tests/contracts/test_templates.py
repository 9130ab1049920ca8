"""Templates write no data unescaped, run no script in attributes, and speak through gettext."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

from tests.contracts.sources import PRODUCT, nodes, python, templates, text

UNESCAPED = re.compile(r"\|\s*safe\b|\{%-?\s*autoescape\s+false|Markup\(")
INLINE = re.compile(
    r"<[^>{]*\s(?:on[a-z]+|style)\s*=|javascript:"
    r"|<script(?![^>]*\ssrc=)(?! type=\"application/json\")[^>]*>",
    re.IGNORECASE,
)
# Shapes written in the very file that draws them, chosen by name.
DRAWINGS = tuple(f"shared/web/templates/macros/{name}.html:" for name in ("faces", "icons"))
OUTSIDE = re.compile(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE)
VIETNAMESE = re.compile(
    r"[ăâđêôơưáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]", re.IGNORECASE
)


def without(pattern: str, source: str) -> str:
    """Leave out what a pattern finds, keeping line numbers."""
    return re.sub(pattern, lambda found: "\n" * found.group().count("\n"), source, flags=re.DOTALL)


def bare(path: Path) -> str:
    """Leave out comments and everything Jinja computes."""
    untranslated = without(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}", text(path))
    return without(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", untranslated)


def places(pattern: re.Pattern[str], read: Callable[[Path], str]) -> list[str]:
    """Find where a pattern stands in the templates."""
    return [
        f"{path}:{number} {found.group()}"
        for path in templates()
        for number, line in enumerate(read(path).splitlines(), 1)
        if (found := pattern.search(line))
    ]


def test_no_template_writes_data_unescaped() -> None:
    found = places(UNESCAPED, text)
    assert [place for place in found if not place.startswith(DRAWINGS)] == []


def test_no_template_needs_a_script_or_style_in_the_page() -> None:
    assert places(INLINE, bare) == []


def test_no_template_asks_another_site_for_anything() -> None:
    assert places(OUTSIDE, text) == []


def test_no_vietnamese_stands_outside_gettext() -> None:
    assert places(VIETNAMESE, bare) == []


def test_no_python_marks_data_as_safe() -> None:
    marked = [
        f"{path}:{node.lineno}"
        for path in python()
        if path.parts[0] in PRODUCT
        for node in nodes(path)
        if isinstance(node, ast.Name) and node.id == "Markup"
    ]
    assert marked == []
