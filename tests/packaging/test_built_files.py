"""What is in the sdist and the wheel, and with which modes.

CVE-2024-27456: a release of rack-cors packed its files world-writable.
"""

import email
import stat
import tarfile
import zipfile
from email.message import Message
from pathlib import Path

import pytest

WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH
EXECUTABLE = stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH
PROGRAMS = {".ci/run"}


@pytest.fixture(scope="module")
def wheel_modes(wheel: Path) -> dict[str, int]:
    with zipfile.ZipFile(wheel) as archive:
        return {info.filename: info.external_attr >> 16 for info in archive.infolist()}


@pytest.fixture(scope="module")
def sdist_modes(sdist: Path) -> dict[str, int]:
    with tarfile.open(sdist) as archive:
        assert all(member.isfile() for member in archive)
        return {member.name.partition("/")[2]: member.mode for member in archive}


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return email.message_from_bytes(archive.read(name))


def source_files(root: Path, folder: str) -> set[str]:
    return {
        path.relative_to(root).as_posix()
        for path in (root / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    }


def test_the_wheel_holds_the_package_and_nothing_else(
    root: Path, wheel_modes: dict[str, int]
) -> None:
    installed = {name for name in wheel_modes if ".dist-info/" not in name}
    assert installed == source_files(root, "flask_strictcors")


def test_the_wheel_says_that_the_package_is_typed(wheel_modes: dict[str, int]) -> None:
    assert "flask_strictcors/py.typed" in wheel_modes


def test_the_wheel_carries_the_license(wheel_modes: dict[str, int]) -> None:
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in wheel_modes)


@pytest.mark.parametrize("folder", ["flask_strictcors", "tests", "docs", "examples", ".ci"])
def test_the_sdist_holds_every_file_of(
    root: Path, sdist_modes: dict[str, int], folder: str
) -> None:
    assert source_files(root, folder) <= set(sdist_modes)


def test_the_sdist_can_run_the_commands_of_the_readme(sdist_modes: dict[str, int]) -> None:
    assert {"README.md", "LICENSE", "Makefile", "pyproject.toml", "setup.cfg"} <= set(sdist_modes)


def test_no_packed_file_is_writable_by_others(
    wheel_modes: dict[str, int], sdist_modes: dict[str, int]
) -> None:
    packed = [*wheel_modes.items(), *sdist_modes.items()]
    assert [name for name, mode in packed if mode & WRITABLE_BY_OTHERS] == []


def test_nothing_is_executable_in_the_wheel(wheel_modes: dict[str, int]) -> None:
    assert [name for name, mode in wheel_modes.items() if mode & EXECUTABLE] == []


def test_only_programs_are_executable_in_the_sdist(sdist_modes: dict[str, int]) -> None:
    assert {name for name, mode in sdist_modes.items() if mode & EXECUTABLE} == PROGRAMS


def test_the_package_depends_on_these_five_and_nothing_else(metadata: Message) -> None:
    required = metadata.get_all("Requires-Dist", [])
    always = [line for line in required if "extra ==" not in line]
    names = sorted(line.split(">=")[0] for line in always)
    assert names == ["blinker", "flask", "idna", "publicsuffixlist", "werkzeug"]


def test_the_package_runs_from_python_3_11_on(metadata: Message) -> None:
    assert metadata["Requires-Python"] == ">=3.11"
