"""Long lists cut into pages, counted from 1."""


def pages_of(total: int, size: int) -> int:
    """Give how many pages of `size` entries a list of `total` fills; an empty one has one page."""
    return max(1, -(-total // size))


def page_within(asked: int, pages: int) -> int:
    """Give the page asked for, or the nearest there is."""
    return min(max(1, asked), pages)
