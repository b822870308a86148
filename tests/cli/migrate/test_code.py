"""What is printed is Python as formatters leave it, with what it needs and no more."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from flask_cors import CORS

from flask_strictcors.cli.migrate.layout import call, lines_of, listed, mapped, quoted

from .moving import before_and_after, move, put_in
from .worlds import CASES, bare

RUFF = shutil.which("ruff", path=str(Path(sys.executable).parent))


@pytest.mark.skipif(RUFF is None, reason="ruff is not installed")
def test_a_formatter_and_a_linter_leave_the_code_of_every_app_as_it_is(tmp_path: Path) -> None:
    for case in CASES:
        _, _, moved = before_and_after(case.make)
        (tmp_path / f"{case}.py").write_text(moved.code)
    for arguments in (
        ["format", "--diff"],
        ["check", "--select", "E,W,F,I,UP", "--ignore", "F821,F811"],
    ):
        command = [str(RUFF), arguments[0], "--isolated", *arguments[1:], str(tmp_path)]
        result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("/a", '"/a"'),
        ("it's", '"it\'s"'),
        ('say "a"', "'say \"a\"'"),
        ("a\\b\n", '"a\\\\b\\n"'),
        ("é", '"é"'),
    ],
)
def test_a_text_is_a_literal_in_double_quotes_where_it_has_none(text: str, literal: str) -> None:
    assert quoted(text) == literal
    assert eval(literal) == text


def test_a_call_that_is_too_long_has_its_arguments_on_lines_of_their_own() -> None:
    long = "x" * 60
    assert lines_of(call("f", long)) == [f"f({long})"]
    assert lines_of(call("f", long, "y" * 18, "1"), "a = ") == [
        "a = f(",
        f"    {long}, {'y' * 18}, 1",
        ")",
    ]
    assert lines_of(call("f", long, listed([quoted("z" * 80)]))) == [
        "f(",
        f"    {long},",
        "    [",
        "        " + quoted("z" * 80) + ",",
        "    ],",
        ")",
    ]
    assert lines_of(mapped({"/a": long, "/b": "None"}), "the_rules=") == [
        "the_rules={",
        f'    "/a": {long},',
        '    "/b": None,',
        "}",
    ]


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        (r"https://(?!a)\w+\.com$", r"https://(?!a)\w+\.com$"),
        ("https://(?!a)\n.*", r"https://(?!a)\n.*"),
    ],
)
def test_what_is_left_out_stands_in_one_line_of_a_comment(expression: str, shown: str) -> None:
    app = bare()
    CORS(app, origins=[expression])
    code = move(app).code
    assert f"\n#     {shown}\n" in code
    put_in(code, bare())
