"""The arrows of the architecture: import-linter's contracts, and what it cannot see."""

import ast
import configparser
import subprocess
import sys
from pathlib import Path

from tests.contracts.sources import PRODUCT, ROOT, nodes, python, tree
from tests.infrastructure.server import BINARIES

# These load only where reports are written, messages sent or texts sealed on receipt: a web worker
# stays small without them.
HEAVY = {"apprise", "openpyxl", "xlsxwriter", "docx", "PIL", "qrcode", "cryptography"}
TESTS_ONLY = {"pytest", "playwright", "hypothesis", "html5lib", "zxingcpp", "pypdf"} | {
    "tests",
    "bench",
}


def layers() -> set[str]:
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg")
    written = settings["importlinter:contract:layers"]["layers"]
    return {name.strip("()") for name in written.replace("|", " ").replace(":", " ").split()}


def imported(node: ast.AST) -> list[str]:
    """Name what an import statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return []


def test_every_contract_is_kept() -> None:
    done = subprocess.run(
        [BINARIES / "lint-imports", "--config", "setup.cfg", "--no-cache", "--no-logo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_every_module_of_the_house_has_its_layer() -> None:
    rooms = {
        f"shared.{path.parts[1].removesuffix('.py')}"
        for path in python()
        if path.parts[0] == "shared" and path.parts[1] != "__init__.py"
    }
    # Data only, with nothing to import.
    assert rooms - layers() - {"shared.reference"} == set()


def test_no_import_hides_inside_a_function() -> None:
    hidden = [
        f"{path}:{inner.lineno} {name}"
        for path in python()
        if path.parts[0] in PRODUCT
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef)
        for inner in ast.walk(node)
        for name in imported(inner)
        if isinstance(inner, ast.Import | ast.ImportFrom) and name.partition(".")[0] not in HEAVY
    ]
    assert hidden == []


def test_a_web_worker_loads_nothing_that_writes_documents() -> None:
    """Word, sheets, PDF and pictures are made in job processes alone."""
    heavy = ("docx", "xlsxwriter", "openpyxl", "reportlab", "PIL", "shared.jobs.kinds")
    check = (
        "import sys, admin.blueprint, kiosk.blueprint, shared.web.app; "
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", check], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_product_imports_nothing_of_its_tests() -> None:
    wrong = [
        f"{path} {name}"
        for path in python()
        if path.parts[0] in (*PRODUCT, "deploy", "migrations")
        for node in nodes(path)
        for name in imported(node)
        if name.partition(".")[0] in TESTS_ONLY
    ]
    assert wrong == []


def test_packages_hold_no_objects() -> None:
    """What a package does stands in its modules; its own file has a caption and names at most."""
    crowded = [
        str(path)
        for path in python()
        if path.name == "__init__.py"
        and any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in tree(path).body)
    ]
    assert crowded == []


def test_only_the_composition_root_knows_both_doors() -> None:
    both = [
        str(path)
        for path in python()
        if path.parts[0] not in ("tests", "bench")
        and {"admin", "kiosk"}
        <= {name.partition(".")[0] for node in nodes(path) for name in imported(node)}
    ]
    assert both == [str(Path("deploy/wsgi.py"))]


def test_only_the_confidential_path_reads_the_tables_of_confidential_reports() -> None:
    """Every list, count and search of anything else goes by them without knowing it."""
    readers = {
        str(path)
        for path in python()
        if path.parts[0] in PRODUCT
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom)
        and (
            node.module == "shared.models.sealed"
            or (node.module == "shared.models" and "sealed" in {one.name for one in node.names})
        )
    }
    names = ("following", "inbox", "readers", "reports", "rising")
    services = {f"shared/services/sealed_{name}.py" for name in names}
    others = {"shared/statistics/confidential.py"}
    # The log names what it leaves out.
    assert readers == services | others | {"shared/audit.py", "shared/models/__init__.py"}
