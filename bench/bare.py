"""The least that can answer a JSON post: what a request costs before any rating is stored."""

from flask import Flask, Response, jsonify, request

app = Flask(__name__)


@app.post("/bare")
def bare() -> tuple[Response, int]:
    """Read a JSON body and answer 201 with a small one."""
    body = request.get_json()
    return jsonify(results=len(body["ratings"])), 201


@app.get("/healthz")
def healthz() -> dict[str, str]:
    """Say that it is up, as whoever started it asks."""
    return {"status": "ok"}
