"""Durable single-rating posts against the serial bound, and replayed batches."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median

from bench.ground import (
    Ground,
    bare_route,
    empty_database,
    load,
    port_of,
    raw_commits,
    served,
)
from bench.load import Figures, Plan
from bench.office import Office, build
from bench.table import Row, Section
from shared.db import make_engine

CONNECTIONS = 16
ROUNDS = 7
SECONDS = 2.0
COMMIT_SECONDS = 1.0
WARM_UP = 0.5
LEAST_RATIO, AIM = 0.3, 0.5
BATCH = 500
BATCH_CONNECTIONS = 4
LEAST_REPLAY = 5_000
ADDRESS = "/api/v1/ratings"
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
HOW = (
    f"{CONNECTIONS} kept-alive connections, each a kiosk of its own, against gunicorn as it is "
    f"shipped, on loopback; medians of {ROUNDS} rounds in which the raw commits, the bare route "
    "and both databases take turns. A bare route reads the same JSON and answers 201; a raw commit "
    "inserts one row and waits for the disk, one connection. The serial bound is "
    "1/(1/bare + 1/raw), and the ratio is taken round by round."
)
HOW_REPLAY = f"{BATCH} ratings a post, {BATCH_CONNECTIONS} connections."


@dataclass
class Side:
    """One database under load and what each round found."""

    ground: Ground
    port: int
    office: Office
    next_sequence: int = 1
    raw: list[float] = field(default_factory=list)
    posts: list[Figures] = field(default_factory=list)
    batches: list[Figures] = field(default_factory=list)

    def plan(self, size: int, connections: int) -> Plan:
        """Plan a load that goes on where the kiosks' numbers stopped."""
        return Plan(
            port=self.port,
            path=ADDRESS,
            seconds=SECONDS,
            warm_up=WARM_UP,
            size=size,
            tokens=self.office.tokens[:connections],
            procedures=self.office.procedures,
            first_sequence=self.next_sequence,
            seed=self.next_sequence,
        )

    def run(self, size: int, connections: int) -> Figures:
        """Put the database under load once."""
        figures = load(self.plan(size, connections))
        self.next_sequence = figures.next_sequence
        return figures


def measure(tell: Callable[[str], None]) -> list[Section]:
    """Measure single posts and batches on both databases."""
    with ExitStack() as stack:
        bare_port = port_of(stack.enter_context(bare_route()))
        sides = [_side(stack, kind) for kind in NAMES]
        bare: list[Figures] = []
        for number in range(ROUNDS):
            tell(f"posts, round {number + 1} of {ROUNDS}")
            bare.append(_bare(sides[0], bare_port))
            for side in sides:
                side.raw.append(raw_commits(side.ground, COMMIT_SECONDS))
                side.posts.append(side.run(1, CONNECTIONS))
        for side in sides:
            tell(f"batches, {side.ground.kind}")
            side.batches += [side.run(BATCH, BATCH_CONNECTIONS) for _ in range(3)]
    singles = [row for side in sides for row in _single_rows(side, bare)]
    batches = [_batch_row(side) for side in sides]
    return [
        Section("Durable single-rating posts", singles, HOW),
        Section("Batch replay", batches, HOW_REPLAY),
    ]


def _side(stack: ExitStack, kind: str) -> Side:
    ground = stack.enter_context(empty_database(kind))
    engine = make_engine(ground.url)
    office = build(engine, CONNECTIONS)
    engine.dispose()
    return Side(ground, port_of(stack.enter_context(served(ground))), office)


def _bare(side: Side, port: int) -> Figures:
    plan = Plan(**{**vars(side.plan(1, CONNECTIONS)), "port": port, "path": "/bare"})
    return load(plan)


def _single_rows(side: Side, bare: list[Figures]) -> list[Row]:
    name = NAMES[side.ground.kind]
    ratios = [
        posts.posts_per_second * (1 / route.posts_per_second + 1 / raw)
        for posts, route, raw in zip(side.posts, bare, side.raw, strict=True)
    ]
    ratio = median(ratios)
    rate = median(entry.posts_per_second for entry in side.posts)
    route = median(entry.posts_per_second for entry in bare)
    raw = median(side.raw)
    bound = 1 / (1 / route + 1 / raw)
    refused = sum(entry.refused for entry in side.posts)
    return [
        Row(
            what=f"{name}: posts/s",
            figure=f"{rate:,.0f}",
            beside=f"bare {route:,.0f}/s, raw {raw:,.0f}/s, bound {bound:,.0f}/s",
            ratio=f"{ratio:.2f} ({min(ratios):.2f}–{max(ratios):.2f})",
            wanted=f"≥ {LEAST_RATIO}, aim {AIM}",
            met=ratio >= LEAST_RATIO,
        ),
        Row(
            what=f"{name}: time to the answer",
            figure=f"p50 {median(entry.p50_ms for entry in side.posts):.1f} ms",
            beside=f"p99 {median(entry.p99_ms for entry in side.posts):.1f} ms",
        ),
        Row(
            what=f"{name}: not answered 201",
            figure=str(refused),
            wanted="0",
            met=refused == 0,
        ),
    ]


def _batch_row(side: Side) -> Row:
    rate = median(entry.posts_per_second for entry in side.batches) * BATCH
    return Row(
        what=f"{NAMES[side.ground.kind]}: ratings/s",
        figure=f"{rate:,.0f}",
        wanted=f"≥ {LEAST_REPLAY:,}",
        met=rate >= LEAST_REPLAY,
    )
