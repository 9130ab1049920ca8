"""Jobs that draw a QR code for print: with the emblem in its middle, and as a poster."""

from shared.adapters import desk_poster, poster
from shared.jobs.work import Outcome, Task


def png(task: Task) -> Outcome:
    """Draw one address as a PNG for print."""
    content = poster.poster_png(task.arguments["address"], poster.default_emblem())
    return Outcome({}, "ma-qr.png", content)


def a4(task: Task) -> Outcome:
    """Draw the poster of one address as PDF, with the words it was asked for with."""
    words = desk_poster.Words(**task.arguments["words"])
    return Outcome({}, "to-a4.pdf", desk_poster.a4(task.arguments["address"], words))
