"""The rule sets as they ship, for tests."""

import json
from importlib.resources import files

from shared.domain.scoring_rules import parse

BOOKS = parse(
    json.loads(files("shared.reference").joinpath("scoring_rules.json").read_text("utf-8"))
)
