"""The rule sets of higher authorities as they ship, read once."""

import json
from functools import cache
from importlib.resources import files

from shared.domain.scoring_rules import RuleBooks, parse


@cache
def books() -> RuleBooks:
    """Give every version of the rule sets."""
    return parse(
        json.loads(files("shared.reference").joinpath("scoring_rules.json").read_text("utf-8"))
    )
