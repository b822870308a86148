"""What was packed in a way that let others write to it."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH

from_source = pytest.mark.skipif(
    not (ROOT / "flask_strictcors").is_dir(), reason="there is no source here to pack"
)


@pytest.fixture(scope="module")
def careless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project as under a careless umask: everybody may write, and run, each file."""
    copy = tmp_path_factory.mktemp("careless")
    for name in ("flask_strictcors", "pyproject.toml", "README.md", "LICENSE"):
        source = ROOT / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, copy / name, ignore=ignored)
        else:
            shutil.copy(source, copy / name)
    for path in copy.rglob("*"):
        path.chmod(0o777)
    return copy


@pytest.fixture(scope="module")
def packed(careless: Path) -> dict[str, int]:
    """The modes of all that is in the wheel and in the sdist."""
    command = [sys.executable, "-m", "hatchling", "build", "--directory", "dist"]
    subprocess.run(command, cwd=careless, capture_output=True, check=True)
    (wheel,), (sdist,) = (careless.glob(f"dist/*{end}") for end in (".whl", ".tar.gz"))
    with zipfile.ZipFile(wheel) as archive:
        modes = {f"wheel/{one.filename}": one.external_attr >> 16 for one in archive.infolist()}
    with tarfile.open(sdist) as archive:
        return modes | {f"sdist/{one.name}": one.mode for one in archive}


@from_source
class TestCVE_2024_27456_FilesThatOthersMayWrite:
    """A release was packed with the modes of somebody's disk, writable by everybody."""

    def test_naively_the_modes_of_the_disk_are_packed(self, careless: Path) -> None:
        with tarfile.open(careless / "naive.tar", "w") as archive:
            archive.add(careless / "flask_strictcors", "flask_strictcors")
        with tarfile.open(careless / "naive.tar") as archive:
            assert all(one.mode & WRITABLE_BY_OTHERS for one in archive)

    def test_nobody_else_may_write_to_what_is_packed(self, packed: dict[str, int]) -> None:
        assert len(packed) > 100
        assert [name for name, mode in packed.items() if mode & WRITABLE_BY_OTHERS] == []

    def test_everybody_may_read_it(self, packed: dict[str, int]) -> None:
        assert [name for name, mode in packed.items() if not mode & stat.S_IROTH] == []

    def test_there_are_no_links_and_no_paths_that_lead_out(self, packed: dict[str, int]) -> None:
        assert not any(stat.S_ISLNK(mode) for mode in packed.values())
        assert not any(".." in name.split("/") or name.startswith("/") for name in packed)
