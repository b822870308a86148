import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the sdist and the wheel: CI's, or one built offline from a copy of the tree."""
    if built := os.environ.get("STRICTCORS_DIST"):
        return Path(built).resolve()
    copy = tmp_path_factory.mktemp("source")
    # Everybody may write here, as under a careless umask; the archives must not say so.
    shutil.copytree(
        ROOT,
        copy,
        ignore=shutil.ignore_patterns(".git", ".venv", "dist", "__pycache__", ".*_cache"),
        dirs_exist_ok=True,
    )
    for path in copy.rglob("*"):
        path.chmod(path.stat().st_mode | 0o022)
    build = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--directory", str(copy / "dist")],
        cwd=copy,
        text=True,
        capture_output=True,
        check=False,
    )
    assert build.returncode == 0, build.stderr
    return copy / "dist"


@pytest.fixture(scope="session")
def wheel(dist: Path) -> Path:
    (path,) = dist.glob("flask_strictcors-*-py3-none-any.whl")
    return path


@pytest.fixture(scope="session")
def sdist(dist: Path) -> Path:
    (path,) = dist.glob("flask_strictcors-*.tar.gz")
    return path
