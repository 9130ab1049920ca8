"""What was typed into a form that was refused: the page that says so shows it once more."""

from flask import request
from werkzeug.exceptions import HTTPException

SHORTEST_TEXT = 20  # characters; what is shorter is typed again as fast as copied
# The page's own key, and passwords.
NEVER_REPEATED = frozenset({"csrf_token", "old", "password", "again"})


def typed_texts() -> list[str]:
    """Give the texts of more than one word in the form that was sent; none when it is no form."""
    if request.method != "POST":
        return []
    try:
        fields = list(request.form.items(multi=True))
    except HTTPException:  # too long, or not what a form sends
        return []
    texts = [text.strip() for name, text in fields if name not in NEVER_REPEATED]
    return [text for text in texts if len(text) >= SHORTEST_TEXT and len(text.split()) > 1]
