"""Whole days of use wound forward on the desk screen: what its memory holds at their ends."""

import json
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import CDPSession, Page, sync_playwright

from bench.desk import TOUCH, office, opened, paired
from bench.table import Row, Section

DAY_S = 24 * 3_600
STEPS_S = (4, 40, 40)  # from one rating to the next; each lets what is due by then happen
RATINGS = DAY_S // sum(STEPS_S)
MOST_GROWTH = 1.10
WARMED = 200  # ratings before the first look
COMPILED = "code"
OUTSIDE = ("native",)  # Chromium's own, and what its inspector keeps of every request
HOW = (
    f"Three days of {RATINGS:,} ratings each are wound forward: with the network, without it, with "
    f"it again. Memory is looked at after a forced collection, first after {WARMED} ratings. Data "
    "is all that scripts hold (objects, strings, lists, functions); the engine's compiled code is "
    "beside it, which grows until everything in use is compiled, so the whole heap is compared "
    "over the last day."
)


@dataclass(frozen=True)
class Look:
    """What the page's memory holds after a collection: bytes, and numbers of things."""

    data: int
    code: int
    nodes: int
    listeners: int

    @property
    def heap(self) -> int:
        """Give the whole script heap in bytes."""
        return self.data + self.code

    def __str__(self) -> str:
        return (
            f"{self.data / 1e6:.2f} MB data, {self.code / 1e6:.2f} MB code, "
            f"{self.nodes} nodes, {self.listeners} listeners"
        )


def measure(tell: Callable[[str], None]) -> list[Section]:
    """Use a paired screen for three days."""
    with (
        tempfile.TemporaryDirectory() as profile,
        office() as (address, token),
        sync_playwright() as playwright,
        opened(playwright.chromium, profile) as context,
    ):
        tell("desk screen, three days")
        rows = _rows(paired(context, f"{address}/#pair={token}"))
    return [Section("Desk screen over three days", rows, HOW)]


def _rows(page: Page) -> list[Row]:
    _use(page, WARMED)
    first = _look(page)
    looks = []
    for offline in (False, True, False):
        page.context.set_offline(offline)
        _use(page, RATINGS)
        looks.append(_look(page))
    with_network, without, again = looks
    return [
        Row(what=f"after {WARMED} ratings", figure=f"{first.heap / 1e6:.2f} MB", beside=str(first)),
        _row(
            "script data after 24 hours with a network",
            with_network.data / first.data,
            with_network,
        ),
        _row("script data after 24 more without", without.data / first.data, without),
        _row("script data after 24 more with it again", again.data / first.data, again),
        _row("whole script heap over the last 24 hours", again.heap / without.heap, again),
    ]


def _row(what: str, growth: float, look: Look) -> Row:
    return Row(
        what=what,
        figure=f"{growth:.2f} times",
        beside=str(look),
        wanted=f"≤ {MOST_GROWTH:.2f}",
        met=growth <= MOST_GROWTH,
    )


def _use(page: Page, ratings: int) -> None:
    for number in range(ratings):
        page.evaluate(TOUCH, number % 5 + 1)
        for seconds in STEPS_S:
            page.clock.fast_forward(seconds * 1_000)


def _look(page: Page) -> Look:
    watch = page.context.new_cdp_session(page)
    watch.send("HeapProfiler.collectGarbage")
    counted = watch.send("Memory.getDOMCounters")
    sizes = _sizes(_snapshot(watch))
    watch.detach()
    data = sum(size for kind, size in sizes.items() if kind not in (COMPILED, *OUTSIDE))
    return Look(data, sizes[COMPILED], counted["nodes"], counted["jsEventListeners"])


def _snapshot(watch: CDPSession) -> dict[str, Any]:
    pieces: list[str] = []
    watch.on("HeapProfiler.addHeapSnapshotChunk", lambda said: pieces.append(said["chunk"]))
    watch.send("HeapProfiler.takeHeapSnapshot", {"reportProgress": False})
    whole: dict[str, Any] = json.loads("".join(pieces))
    return whole


def _sizes(snapshot: dict[str, Any]) -> Counter[str]:
    """Add up the bytes of every kind of thing in a heap snapshot."""
    meta = snapshot["snapshot"]["meta"]
    fields, kinds = meta["node_fields"], meta["node_types"][0]
    kind, size, wide = fields.index("type"), fields.index("self_size"), len(fields)
    nodes, sizes = snapshot["nodes"], Counter[str]()
    for place in range(0, len(nodes), wide):
        sizes[kinds[nodes[place + kind]]] += nodes[place + size]
    return sizes
