"""Views of the citizen's door."""
