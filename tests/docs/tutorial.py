"""The tutorial as its reader goes through it: the API changes, and the console is typed into."""

from dataclasses import dataclass, field

from .pages import DOCS, Block, blocks

PAGE = DOCS / "tutorial.md"
API, PAGE_ORIGIN = "http://localhost:5001", "http://localhost:8000"


@dataclass
class Step:
    """One line typed into the console: the API by then, and what the page says comes of it."""

    api: str
    call: Block
    said: dict[str, str] = field(default_factory=dict)
    result: str = ""


def changed(source: str, change: Block) -> str:
    """Return the source with one change made, whose place must be told without doubt."""
    lines = [line or " " for line in change.text.splitlines()]
    assert {line[0] for line in lines} <= {" ", "+", "-"}, f"{change} is no change"
    before = "".join(f"{line[1:]}\n" for line in lines if line[0] != "+")
    after = "".join(f"{line[1:]}\n" for line in lines if line[0] != "-")
    assert source.count(before) == 1, f"{change} has no place, or several"
    return source.replace(before, after)


def followed() -> tuple[list[Step], str]:
    """Return the steps in order, and the API that all changes together make."""
    found = blocks(PAGE)
    source = next(found).text
    steps: list[Step] = []
    for block in found:
        match block.language, block.mark:
            case "diff", "":
                source = changed(source, block)
            case "js", "":
                steps.append(Step(source, block))
            case "text", mark if mark.startswith("seen in "):
                steps[-1].said[mark.removeprefix("seen in ")] = block.text.rstrip()
            case "json", "result":
                steps[-1].result = block.text
            case ("html" | "console" | "python", "") | ("text", "logged"):
                pass
            case other:
                raise AssertionError(f"{block} is {other}, which nobody reads")
    return steps, source
