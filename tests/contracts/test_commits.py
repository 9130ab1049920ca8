"""One place commits a request; one more commits what must outlive a refusal."""

import ast

from tests.contracts.sources import PRODUCT, nodes, python

EDGE = "shared/web/transaction.py"
AT_THE_EDGE = 2
# Commands and jobs hold a transaction around a whole piece of work.
OWN_TRANSACTIONS = ("shared/cli/", "shared/jobs/")


def calls(name: str) -> list[str]:
    """Find every call of a method of this name in the product."""
    return [
        f"{path}:{node.lineno}"
        for path in python()
        if path.parts[0] in PRODUCT
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == name
    ]


def test_only_the_edge_commits_and_in_two_places() -> None:
    sites = calls("commit")
    assert [site for site in sites if not site.startswith(f"{EDGE}:")] == []
    assert len(sites) == AT_THE_EDGE


def test_only_commands_and_jobs_begin_transactions_of_their_own() -> None:
    allowed = (*OWN_TRANSACTIONS, "shared/migrating.py:", EDGE)
    assert [site for site in calls("begin") if not site.startswith(allowed)] == []


def test_nothing_commits_by_itself() -> None:
    words = {"autocommit", "AUTOCOMMIT"}
    found = [
        f"{path}:{node.lineno}"
        for path in python()
        if path.parts[0] in PRODUCT
        for node in nodes(path)
        if (isinstance(node, ast.Constant) and node.value in words)
        or (isinstance(node, ast.keyword) and node.arg in words)
    ]
    assert found == []
