"""The items of a questionnaire as the desk screen is told them."""

from collections.abc import Iterable

from kiosk import prompts
from shared.domain.questionnaire import Item
from shared.web.language import languages


def as_asked(items: Iterable[Item]) -> list[dict[str, object]]:
    """Give items in the languages of the screens they are translated into, and what is heard."""
    return [
        {
            "code": item.code,
            "kind": str(item.kind),
            "group": str(item.group),
            "confidential": item.sealed,
            "texts": {
                language: item.texts[language]
                for language in languages()
                if item.texts.get(language)
            },
            "heard": prompts.heard(item),
        }
        for item in items
    ]
