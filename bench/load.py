"""A load client with kept-alive connections: `python -m bench.load`, plan in, figures out."""

import json
import random
import selectors
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from statistics import quantiles
from typing import Any

from bench.bodies import batch, encoded


@dataclass(frozen=True)
class Plan:
    """What to send where; connection i speaks for kiosk i."""

    port: int
    path: str
    seconds: float
    warm_up: float
    size: int  # ratings per post
    tokens: list[str]
    procedures: list[str]
    first_sequence: int = 1
    seed: int = 1


@dataclass(frozen=True)
class Figures:
    """What came of it: posts answered per second, milliseconds they took."""

    posts_per_second: float
    p50_ms: float
    p99_ms: float
    refused: int
    next_sequence: int  # where the kiosks' numbers go on


@dataclass
class Connection:
    """One kiosk's connection: at most one post is under way."""

    plan: Plan
    number: int
    chance: random.Random
    sequence: int
    line: socket.socket = field(init=False)
    sent_at: float = 0.0
    received: bytes = b""

    def __post_init__(self) -> None:
        self.line = socket.create_connection(("127.0.0.1", self.plan.port))
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self) -> None:
        """Post the kiosk's next ratings."""
        body = encoded(batch(self.chance, self.sequence, self.plan.size, self.plan.procedures))
        self.sequence += self.plan.size
        head = (
            f"POST {self.plan.path} HTTP/1.1\r\nHost: 127.0.0.1:{self.plan.port}\r\n"
            f"Authorization: Bearer {self.plan.tokens[self.number]}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self.sent_at = time.perf_counter()
        self.line.sendall(head.encode() + body)

    def receive(self) -> int | None:
        """Take in what has come; give the status once the answer is whole."""
        piece = self.line.recv(262_144)
        if not piece:
            raise ConnectionError("the server closed the line")
        self.received += piece
        head, found, body = self.received.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return None
        self.received = b""
        return int(head[9:12])


def _length(head: bytes) -> int:
    after = head.lower().partition(b"content-length:")[2]
    return int(after.partition(b"\r\n")[0])


def run(plan: Plan) -> Figures:
    """Post on every connection without a pause, and count after the warm-up."""
    connections = [
        Connection(plan, number, random.Random(f"{plan.seed}/{number}"), plan.first_sequence)
        for number in range(len(plan.tokens))
    ]
    waiting = selectors.DefaultSelector()
    for connection in connections:
        waiting.register(connection.line, selectors.EVENT_READ, connection)
        connection.send()
    begin = time.perf_counter() + plan.warm_up
    end = begin + plan.seconds
    took: list[float] = []
    refused = 0
    under_way = len(connections)
    while under_way:
        for key, _events in waiting.select():
            connection = key.data
            status = connection.receive()
            if status is None:
                continue
            at = time.perf_counter()
            if begin <= at < end:
                took.append(at - connection.sent_at)
                refused += status != 201
            if at < end:
                connection.send()
            else:
                under_way -= 1
    for connection in connections:
        connection.line.close()
    return _figures(plan, took, refused, max(entry.sequence for entry in connections))


def _figures(plan: Plan, took: list[float], refused: int, next_sequence: int) -> Figures:
    parts = quantiles(took, n=100)
    return Figures(
        posts_per_second=len(took) / plan.seconds,
        p50_ms=parts[49] * 1_000,
        p99_ms=parts[98] * 1_000,
        refused=refused,
        next_sequence=next_sequence,
    )


def read_plan(text: Mapping[str, Any]) -> Plan:
    """Read a plan as it was written for this process."""
    return Plan(**text)


if __name__ == "__main__":
    json.dump(asdict(run(read_plan(json.load(sys.stdin)))), sys.stdout)
