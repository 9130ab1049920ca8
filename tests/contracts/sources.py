"""The project's own files, as the contracts look at them."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("admin", "kiosk", "shared")
CODE = {".py", ".js", ".css", ".html"}
# Text of others that is shipped as it came, and migrations, which are lists of tables.
FOREIGN = ("/vendor/", "/fonts/", "migrations/versions/")


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that is or would be committed, relative to the project."""
    listed = subprocess.run(
        # A checkout may belong to another user than the one who tests it.
        [
            "git",
            "-c",
            "safe.directory=*",
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = sorted({Path(name) for name in listed.stdout.split("\0") if name})
    return tuple(name for name in names if (ROOT / name).is_file())


def code() -> list[Path]:
    """Every file of our own code: Python, scripts, styles, templates."""
    return [
        path
        for path in tracked()
        if (path.suffix in CODE or _is_python_script(path))
        and not any(part in f"/{path}" for part in FOREIGN)
    ]


def python() -> list[Path]:
    """Every Python file of our own."""
    return [path for path in code() if path.suffix == ".py" or _is_python_script(path)]


def templates() -> list[Path]:
    """Every Jinja template."""
    return [path for path in tracked() if path.suffix == ".html" and "templates" in path.parts]


def text(path: Path) -> str:
    """Read a file of the project."""
    return (ROOT / path).read_text("utf-8")


@cache
def tree(path: Path) -> ast.Module:
    """Parse a Python file of the project."""
    return ast.parse(text(path), filename=str(path))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Walk a Python file of the project."""
    return tuple(ast.walk(tree(path)))


def _is_python_script(path: Path) -> bool:
    if path.suffix or path.parts[:2] != ("deploy", "scripts"):
        return False
    return text(path).startswith("#!/usr/bin/env python") or "python" in text(path).split("\n")[0]
