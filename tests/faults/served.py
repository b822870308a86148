"""The app behind the real servers: small answers, and streams with an end and without."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Event

from flask import Flask, Response, g, request, stream_with_context

from flask_strictcors import StrictCORS, cors

HANGING = "https://hanging.example.com"
APP = "https://app.example.com"
PIECE = b"x" * 1024
PIECES = 64


def is_tenant(origin: str) -> bool:
    """Admit one; never answer about another, and leave a note of who waits."""
    if origin == HANGING:
        leave_note(f"hanging-{os.getpid()}")
        Event().wait()
    return origin == APP


def leave_note(name: str, text: str = "") -> None:
    """Write a file into the folder of notes, which is there only when it is whole."""
    folder = Path(os.environ["FAULTS_NOTES"])
    (folder / f"{name}.part").write_text(text)
    (folder / f"{name}.part").rename(folder / name)


app = Flask(__name__, static_folder=None)
StrictCORS(app, origins=is_tenant, allowlist=["https://*.example.com"])
leave_note(f"worker-{os.getpid()}")


@app.route("/", methods=["GET", "PUT"])
def index() -> Response:
    """Say which process this is, and what is left in `g` of other requests."""
    found = sorted(vars(g))
    g.left = request.headers.get("Origin")
    return Response(f"{os.getpid()} {found}")


@app.get("/public")
@cors(origins="*")
def public() -> str:
    return "in"


@app.get("/stream")
def stream() -> Response:
    return Response(PIECE for _ in range(PIECES))


@app.get("/endless/<note>")
def endless(note: str) -> Response:
    """Stream until nobody listens any more, and leave notes of both ends."""
    response = Response(stream_with_context(_pieces(note)), headers={"X-Worker": str(os.getpid())})
    response.call_on_close(lambda: leave_note(f"{note}-closed"))
    return response


def _pieces(note: str) -> Iterator[bytes]:
    try:
        while True:
            yield PIECE * 64
    finally:
        # Inside the context of its request, to the end.
        leave_note(f"{note}-ended", request.path)
