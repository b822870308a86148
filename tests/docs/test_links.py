"""Every link of the documents leads somewhere, and what they name exists."""

import re
import tomllib
from pathlib import Path

import pytest

from .pages import DOCS, PAGES, README, ROOT, anchors, links, prose

EXTERNAL = ("https://", "http://")
EXAMPLES = {path.name for path in (ROOT / "examples").glob("*.py")}
INTERNAL = [(page, link) for page in PAGES for link in links(page) if not link.startswith(EXTERNAL)]


def test_the_four_documents_are_there() -> None:
    assert {page.name for page in PAGES} >= {
        "README.md",
        "changelog.md",
        "deployment.md",
        "problems.md",
    }


@pytest.mark.parametrize(("page", "link"), INTERNAL, ids=str)
def test_a_link_inside_the_project_resolves(page: Path, link: str) -> None:
    target, _, anchor = link.partition("#")
    path = (page.parent / target).resolve() if target else page
    assert path.exists()
    assert not anchor or anchor in anchors(path)


def test_each_document_has_its_line_on_the_first_page_which_sphinx_takes_for_its_contents() -> None:
    lines = re.findall(r"^- \[.*\]\(([a-z-]+\.md)\)", (DOCS / "index.md").read_text(), re.MULTILINE)
    assert sorted([*lines, "index.md"]) == sorted(path.name for path in DOCS.glob("*.md"))


def test_the_readme_links_to_the_first_page_the_examples_and_both_references() -> None:
    found = links(README)
    assert "docs/index.md" in found
    assert "examples/" in found
    assert any("fetch.spec.whatwg.org" in link for link in found)
    assert any("developer.mozilla.org" in link for link in found)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_other_sites_are_encrypted(page: Path) -> None:
    assert not [link for link in links(page) if link.startswith("http://")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_examples_that_are_named_exist(page: Path) -> None:
    assert set(re.findall(r"examples/(\w+\.py)", page.read_text())) <= EXAMPLES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_targets_of_make_that_are_named_exist(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", makefile, flags=re.MULTILINE))
    assert set(re.findall(r"(?:^    |`)make ([a-z]+)", page.read_text(), re.MULTILINE)) <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_pip_is_told_to_install_is_this_package_with_extras_that_it_has(page: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for named in re.findall(r'pip install "?([\w.-]+(?:\[\w+\])?)', page.read_text()):
        name, _, extra = named.removesuffix("]").partition("[")
        assert name in (project["name"], ".")
        assert not extra or extra in project["optional-dependencies"]


def test_the_security_policy_has_each_address_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    people = [*project["authors"], *project.get("maintainers", [])]
    addresses = [person["email"] for person in people if "email" in person]
    text = (DOCS / "security.md").read_text()
    assert [
        each for each in (*project.get("urls", {}).values(), *addresses) if each not in text
    ] == []
    assert bool(addresses) is ("There is no other address." not in text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_line_of_prose_is_long(page: Path) -> None:
    lines = prose(page).splitlines()
    assert [line for line in lines if len(line) > 110 and not line.startswith("|")] == []


def test_the_changelog_begins_with_the_version_of_pyproject() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    headings = re.findall(r"^## \[?(\S+?)\]? - ", prose(DOCS / "changelog.md"), re.MULTILINE)
    assert headings[0] == version
