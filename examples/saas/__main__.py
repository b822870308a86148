"""Run it on this machine until Ctrl-C, with two tenants in it, and say what to type.

    cd examples
    python -m saas           # SQLite, a cache in memory, Flask's own server: nothing else is needed
    python -m saas --full    # PostgreSQL, Redis, nginx, and gunicorn with several workers

PORT says where; 0 is any free port. Nothing is kept.
"""

import os
import signal
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from werkzeug.serving import make_server

from . import create_app
from .commands import add_tenant
from .models import db
from .stack import MissingProgramError, Stack

TENANTS = "north", "south"
PAGE = "https://shop.north.example"


def main() -> str | None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    port = int(os.environ.get("PORT", "8080"))
    run = run_full if sys.argv[1:] == ["--full"] else run_embedded
    try:
        with TemporaryDirectory(prefix="saas-") as folder:
            run(Path(folder), port)
    except MissingProgramError as error:
        return f"{error}"


def run_embedded(folder: Path, port: int) -> None:
    app = create_app(DATABASE_URL=f"sqlite:///{folder}/saas.sqlite")
    with app.app_context():
        db.create_all()
    server = make_server("127.0.0.1", port, app, threaded=True)
    show(f"http://127.0.0.1:{server.server_port}", app)
    server.serve_forever()


def run_full(folder: Path, port: int) -> None:
    with Stack(folder, port) as stack:
        show(stack.url, stack.app)
        signal.pause()


def show(url: str, app: Flask) -> None:
    with app.app_context():
        keys = {name: add_tenant(name) for name in TENANTS}
    print(
        *(f"The API key of {name}: {key}" for name, key in keys.items()),
        "",
        "A tenant's server lets a page in; then the page asks, for north, and for south:",
        f'curl -H "Authorization: Bearer {keys["north"]}" -H "Content-Type: application/json" '
        f"""-d '{{"origin": "{PAGE}"}}' {url}/v1/north/origins""",
        f'curl -i -H "Origin: {PAGE}" {url}/v1/north/rates',
        f'curl -i -H "Origin: {PAGE}" {url}/v1/south/rates',
        "",
        "Ctrl-C stops it.",
        sep="\n",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
