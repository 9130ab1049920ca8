"""Messages to a unit's own channel, over one library that speaks many."""


def send(address: str, title: str, text: str) -> bool:
    """Send a text to a channel's address; say whether it was taken."""
    # Loads forty megabytes: only the process that sends may.
    from apprise import Apprise  # noqa: PLC0415  see above

    messenger = Apprise()
    return bool(messenger.add(address) and messenger.notify(title=title, body=text))
