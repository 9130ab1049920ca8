"""Jobs that draw a QR code for print: with the emblem in its middle, and as a poster.

Their files are named by the code of the desk, officer or procedure: an office prints many.
"""

from shared.adapters import desk_poster, poster
from shared.jobs.work import Outcome, Task


def png(task: Task) -> Outcome:
    """Draw one address as a PNG for print."""
    content = poster.poster_png(task.arguments["address"], poster.default_emblem())
    return Outcome({}, f"ma-qr-{task.arguments['code']}.png", content)


def a4(task: Task) -> Outcome:
    """Draw the poster of one address as PDF, with the words it was asked for with."""
    words = desk_poster.Words(**task.arguments["words"])
    document = desk_poster.a4(task.arguments["address"], words)
    return Outcome({}, f"to-a4-{task.arguments['code']}.pdf", document)
