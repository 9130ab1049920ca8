"""Views of the staff door."""
