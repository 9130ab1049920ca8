"""Job that draws a QR code with the emblem in its middle."""

from shared.adapters import poster
from shared.jobs.work import Outcome, Task


def png(task: Task) -> Outcome:
    """Draw one address as a PNG for print."""
    content = poster.poster_png(task.arguments["address"], poster.default_emblem())
    return Outcome({}, "ma-qr.png", content)
