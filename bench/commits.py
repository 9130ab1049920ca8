"""Raw durable commits of one row, one after another: what the disk and the database allow.

Runs as `python -m bench.commits`: place and seconds as arguments, commits per second out.
"""

import sys
import time
from pathlib import Path
from uuid import uuid4

import psycopg
import pysqlite3.dbapi2 as sqlite

from shared.db import PRAGMAS

TABLE = "CREATE TABLE IF NOT EXISTS raw_commit (id TEXT PRIMARY KEY, content TEXT)"
CONTENT = "x" * 200


def sqlite_per_second(file: Path, seconds: float) -> float:
    """Commit rows to a file with the product's settings."""
    connection = sqlite.connect(str(file), isolation_level=None)
    for name, value in PRAGMAS.items():
        connection.execute(f"PRAGMA {name}={value}")
    connection.execute(TABLE)
    count, begin = 0, time.perf_counter()
    while time.perf_counter() - begin < seconds:
        connection.execute("INSERT INTO raw_commit VALUES (?, ?)", (str(uuid4()), CONTENT))
        count += 1
    connection.close()
    return count / seconds


def postgresql_per_second(url: str, seconds: float) -> float:
    """Commit rows to a database by psycopg, each by itself."""
    plain = url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(TABLE)
        insert = "INSERT INTO raw_commit VALUES (%s, %s)"
        count, begin = 0, time.perf_counter()
        while time.perf_counter() - begin < seconds:
            connection.execute(insert, (str(uuid4()), CONTENT), prepare=True)
            count += 1
    return count / seconds


if __name__ == "__main__":
    place, wanted = sys.argv[1], float(sys.argv[2])
    if place.startswith("postgresql"):
        print(postgresql_per_second(place, wanted))
    else:
        print(sqlite_per_second(Path(place), wanted))
