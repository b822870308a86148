"""How Sphinx makes the pages into a site: `make docs`."""

import re
import tomllib
from pathlib import Path

from sphinx.application import Sphinx

_PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"
_PROJECT = tomllib.loads(_PYPROJECT.read_text())["project"]

project = _PROJECT["name"]
author = _PROJECT["authors"][0]["name"]
version = release = _PROJECT["version"]
extensions = ["myst_parser", "sphinx.ext.autodoc"]
html_theme = "furo"
html_title = f"{project} {version}"
html_static_path = ["_static"]
html_css_files = ["site.css"]

# Messages of browsers and servers are shown as they are.
smartquotes = False
# The anchors that GitHub makes for headings, so that a link works in both places.
myst_heading_anchors = 3
# Docstrings are plain text: what stands between backticks is code, and no reference.
default_role = "code"
# Signatures are written out on the page: their defaults are private names, and their types
# refer to Python's own documentation, which would have to be fetched.
autodoc_typehints = "none"
autodoc_member_order = "bysource"

_SECTION = re.compile(r"^## (.*)\n((?:(?!^## ).*\n?)*)", re.MULTILINE)
_PAGE = re.compile(r"^- .*?\]\(([a-z-]+)\.md\)", re.MULTILINE)


def add_contents(_: Sphinx, page: str, text: list[str]) -> None:
    """Add a table of contents to the first page, from the links on it.

    GitHub would show a toctree as code, and every page would stand in two lists.
    """
    if page == "index":
        for caption, section in _SECTION.findall(text[0]):
            pages = "\n".join(_PAGE.findall(section))
            text[0] += f"\n```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{pages}\n```\n"


def setup(app: Sphinx) -> None:
    """Connect what is above."""
    app.connect("source-read", add_contents)
