"""The tutorial as its reader goes through it: the API changes, and the console is typed into."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from .pages import DOCS, Block, blocks

PAGE = DOCS / "tutorial.md"
API, PAGE_ORIGIN = "http://localhost:5000", "http://localhost:8000"


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


def steps() -> Iterator[Step]:
    """Return the steps in order; the last has no call, and the whole API as it is shown."""
    found = blocks(PAGE)
    source = next(found).text
    step: Step | None = None
    for block in found:
        match block.language, block.mark:
            case "diff", "":
                source = changed(source, block)
            case "js", "":
                if step is not None:
                    yield step
                step = Step(source, block)
            case "text", mark if mark.startswith("seen in ") and step is not None:
                step.said[mark.removeprefix("seen in ")] = block.text.rstrip()
            case "json", "result" if step is not None:
                step.result = block.text
            case "python", "" if step is not None:
                yield step
                assert block.text == source, "The whole of it is not what the changes make."
                return
            case ("html" | "console", "") | ("text", "logged"):
                pass
            case other:
                raise AssertionError(f"{block} is {other}, which nobody reads")
