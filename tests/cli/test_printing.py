"""What is printed is aligned, safe to look at, and coloured only where somebody can see it."""

from __future__ import annotations

import json
import sys
from io import BytesIO, StringIO, TextIOWrapper

import pytest

from flask_strictcors.cli.printing import (
    Cell,
    InputError,
    Text,
    Tone,
    counted,
    say,
    say_json,
    say_table,
    shortened,
)


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def at_terminal(monkeypatch: pytest.MonkeyPatch, no_color: str | None = None) -> Terminal:
    stream = Terminal()
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.delenv("NO_COLOR", raising=False)
    if no_color is not None:
        monkeypatch.setenv("NO_COLOR", no_color)
    return stream


TONES = [
    (Tone.PLAIN, "word"),
    (Tone.STRONG, "\x1b[1mword\x1b[0m"),
    (Tone.GOOD, "\x1b[32mword\x1b[0m"),
    (Tone.BAD, "\x1b[31mword\x1b[0m"),
    (Tone.WARNING, "\x1b[33mword\x1b[0m"),
    (Tone.FAINT, "\x1b[90mword\x1b[0m"),
]


@pytest.mark.parametrize(("tone", "painted"), TONES)
def test_a_terminal_shows_colours(
    tone: Tone, painted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = at_terminal(monkeypatch)
    say(Text("word", tone))
    assert terminal.getvalue() == f"{painted}\n"


def test_no_color_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = at_terminal(monkeypatch, "1")
    say(Text("word", Tone.BAD))
    assert terminal.getvalue() == "word\n"


def test_an_empty_no_color_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = at_terminal(monkeypatch, "")
    say(Text("word", Tone.BAD))
    assert terminal.getvalue() == "\x1b[31mword\x1b[0m\n"


def test_a_pipe_gets_no_colours(capsys: pytest.CaptureFixture[str]) -> None:
    say(Text("word", Tone.BAD), " and more")
    say(Text("else", Tone.BAD), to_stderr=True)
    assert capsys.readouterr() == ("word and more\n", "else\n")


def test_json_has_no_colours_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = at_terminal(monkeypatch)
    say_json({"word": ("é", None)})
    assert json.loads(terminal.getvalue()) == {"word": ["é", None]}
    assert "\x1b" not in terminal.getvalue()
    assert terminal.getvalue().isascii()


def test_what_could_steer_a_terminal_is_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    say("a\x1b[2Jb\r\nc\x9b\u202ed", Text("\t\ud800é"))
    assert capsys.readouterr().out == "a\\x1b[2Jb\\r\\nc\\x9b\\u202ed\\t\\ud800é\n"


def test_an_escaped_cell_is_as_wide_as_it_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    say_table([("\n", "b"), ("aaa", "b")])
    assert capsys.readouterr().out == "\\n   b\naaa  b\n"


def test_columns_are_aligned_under_their_headings(capsys: pytest.CaptureFixture[str]) -> None:
    say_table([("a", "b", "c"), ("aaaaaa", "b", "")], ("ONE", "TWO", "THREE"), indent=" ")
    assert capsys.readouterr().out.splitlines() == [
        " ONE     TWO  THREE",
        " a       b    c",
        " aaaaaa  b    ",
    ]


def test_a_row_that_ends_early_reaches_over_the_next_columns(
    capsys: pytest.CaptureFixture[str],
) -> None:
    say_table([("a", "a long remark"), ("aa", "b", "c"), ()])
    assert capsys.readouterr().out.splitlines() == ["a   a long remark", "aa  b  c", ""]


def test_no_rows_have_no_headings(capsys: pytest.CaptureFixture[str]) -> None:
    say_table([], ("ONE",))
    assert capsys.readouterr().out == ""


def test_colours_do_not_change_the_widths(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = at_terminal(monkeypatch)
    rows: list[tuple[Cell, ...]] = [(Text("a", Tone.GOOD), "b"), ("aaa", "b")]
    say_table(rows)
    assert terminal.getvalue() == "\x1b[32ma\x1b[0m    b\naaa  b\n"


def test_numbers_have_their_nouns() -> None:
    assert [counted(n, "origin") for n in (0, 1, 2)] == ["0 origins", "1 origin", "2 origins"]
    assert counted(2, "policy", "policies") == "2 policies"


SHORT = [
    ([], 1, ""),
    (["a"], 1, "a"),
    (["a", "b"], 1, "2 origins: a, …"),
    (["a", "b"], 2, "a, b"),
    (["a", "b", "c"], 2, "3 origins: a, b, …"),
]


@pytest.mark.parametrize(("items", "most", "short"), SHORT)
def test_long_lists_are_shortened(items: list[str], most: int, short: str) -> None:
    assert shortened(items, "origin", most) == short


def test_what_an_encoding_has_not_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = BytesIO()
    monkeypatch.setattr(sys, "stdout", TextIOWrapper(raw, encoding="ascii"))
    say("a…é")
    assert raw.getvalue() == b"a\\u2026\\xe9\n"


def test_a_cell_without_text_has_no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = at_terminal(monkeypatch)
    say_table([(Text("", Tone.FAINT), "b")])
    assert terminal.getvalue() == "  b\n"


def test_bad_input_gives_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    error = InputError("what is\nwrong")
    assert error.exit_code == 2
    error.show()
    assert capsys.readouterr() == ("", "Error: what is\\nwrong\n")
    stream = StringIO()
    error.show(stream)
    assert stream.getvalue() == "Error: what is\\nwrong\n"
