"""`skbscope compare`: two runs side by side, counter by counter, and the first step at which they differ."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import click

from engine.scenario.errors import Refused
from viewer.cli.options import scene_argument
from viewer.cli.tables import print_table

if TYPE_CHECKING:
    from engine.results.compare import Row
    from engine.scenario.document import SceneDocument
    from engine.timeline.timeline import Timeline
    from viewer.cli.simulate import Ran

FORMAT: Final = 1
ABOUT: Final = ("source", "variant", "digest")
MOST_CHANGES: Final = 12
"""Fields of a differing step that are printed; JSON has all."""


@click.command()
@scene_argument
@click.argument("other", metavar="[SCENE]", required=False)
@click.option(
    "--variant",
    "variants",
    metavar="NAME",
    multiple=True,
    help="A variant of the first scene; given once more, of the second. '' is the scene as written.",
)
@click.option(
    "--set",
    "sets",
    metavar="PATH=VALUE",
    multiple=True,
    help="Change a knob, a key or a sysctl of both; may be given several times.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--all", "every", is_flag=True, help="Also what is equal in both.")
def command(
    source: str,
    other: str | None,
    variants: tuple[str, ...],
    sets: tuple[str, ...],
    as_json: bool,
    every: bool,
) -> None:
    """Run two scenes and print what differs: counters side by side, and the first differing step.

    With one scene and two variants these are compared; with one scene and one variant, the scene as written and that
    variant.
    """
    from engine.results.compare import compared
    from viewer.cli.simulate import simulate
    from viewer.cli.sources import load_source

    names = _variants(other, variants)
    document = load_source(source)
    documents = (document, document if other is None else load_source(other))
    a, b = (
        simulate(_with_variant(each, name), name or None, sets)
        for each, name in zip(documents, names, strict=True)
    )
    ours, theirs = a.results(), b.results()
    rows = compared(ours, theirs, equal=every)
    first, parted = _differences(a, b)
    if as_json:
        about = [{key: table[key] for key in ABOUT} for table in (ours, theirs)]
        table = {
            "format": FORMAT,
            "a": about[0],
            "b": about[1],
            "first_difference": first,
            "parted": parted,
            "rows": [{"path": row.path, "a": row.a, "b": row.b} for row in rows],
        }
        click.echo(json.dumps(table, indent=1, ensure_ascii=False))
        return
    keys = (*ABOUT, "title", "steps")
    print_table("", ("", "A", "B"), [(key, _cell(ours[key]), _cell(theirs[key])) for key in keys])
    _print_rows(rows)
    print_difference("first difference", first)
    if first != parted:
        print_difference("first step that is another", parted)


def _variants(other: str | None, given: tuple[str, ...]) -> tuple[str, str]:
    """Return the variants to run, "" for a scene as written.

    Raises:
        Refused: More than two, or nothing to compare with.
    """
    if len(given) > 2:
        raise Refused(f"--variant may be given twice, not {len(given)} times: two runs are compared")
    if other is None and not given:
        raise Refused("there is nothing to compare it with: name a second scene, or a --variant")
    if other is None and len(given) == 1:
        return "", given[0]
    first, second, *_ = (*given, "", "")
    return first, second


def _with_variant(document: SceneDocument, name: str) -> SceneDocument:
    """Return the document, or refuse a variant that it does not have before anything is run."""
    from engine.scenario.errors import unknown_name

    if name and name not in document.variants:
        raise unknown_name("variant", name, document.variants)
    return document


# -- the first difference -----------------------------------------------------------------------------------


def _differences(a: Ran, b: Ran) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Return the first step that differs in anything, and the first that is another act, or at another moment."""
    from engine.timeline.difference import Difference

    difference = Difference(a.timeline, b.timeline)
    difference.grow()
    first, parted = (
        None if step is None else described(a.timeline, b.timeline, step)
        for step in (difference.first, difference.parted)
    )
    return first, parted


def described(a: Timeline, b: Timeline, step: int) -> dict[str, Any]:
    """Return a differing step as plain values; a run that is over by then has none."""
    wrote = [_written(one, step) if step < one.steps else {} for one in (a, b)]
    unlike = [
        {key: value for key, value in mine.items() if theirs.get(key) != value}
        for mine, theirs in (wrote, reversed(wrote))
    ]
    sides = [
        _step(one, step, changes) if step < one.steps else None
        for one, changes in zip((a, b), unlike, strict=True)
    ]
    times = [side["time_ns"] for side in sides if side is not None]
    return {"step": int(step), "time_ns": min(times), "a": sides[0], "b": sides[1]}


def _step(timeline: Timeline, step: int, changes: dict[tuple[str, str], str]) -> dict[str, Any]:
    """Return a step as plain values, with those of its changes that are told."""
    view = timeline.step(step)
    return {
        "time_ns": int(view.time),
        "span_ns": view.span,
        "function": view.function.name,
        "cpu": view.cpu,
        "context": str(view.where),
        "task": timeline.label(view.task) or None,
        "packet": timeline.label(view.packet) or None,
        "changes": [
            {"object": name, "field": field, "value": value} for (name, field), value in changes.items()
        ],
    }


def _written(timeline: Timeline, step: int) -> dict[tuple[str, str], str]:
    """Return what a step changed as text: what stands in the fields of each object afterwards."""
    from engine.timeline.cursor import Cursor
    from engine.timeline.form import formatted

    written: dict[tuple[str, str], str] = {}
    for change in Cursor(timeline, step).changed():
        schema = timeline.object(change.uid).cls
        field = schema.fields[timeline.position(schema.name, change.field)]
        text = formatted(timeline, field, change.new)
        if change.field == "uid":  # an object that came or went
            text = "made" if change.new else "gone"
        written[timeline.label(change.uid), change.field] = text
    return written


# -- printing -----------------------------------------------------------------------------------------------


def _print_rows(rows: list[Row]) -> None:
    cells = [
        (row.path, _cell(row.a), _cell(row.b), "" if row.delta is None else f"{row.delta:+,}") for row in rows
    ]
    if cells:
        print_table("", ("counter", "A", "B", "B - A"), cells, right=(1, 2, 3))


def print_difference(title: str, found: dict[str, Any] | None) -> None:
    """Print both sides of a step."""
    if found is None:
        print_table("", (title,), [("none",)])
        return
    a, b = found["a"], found["b"]
    rows = [("step", *((f"#{found['step']}" if side else "the run is over") for side in (a, b)))]
    for key in a or b:
        if key != "changes":
            rows.append((key, *(_cell(side[key]) if side else "" for side in (a, b))))
    print_table("", (title, "A", "B"), [*rows, *_change_rows(a, b)])


def _change_rows(a: dict[str, Any] | None, b: dict[str, Any] | None) -> list[tuple[str, str, str]]:
    """Return a row for each field that one of the two wrote and the other did not, or not so."""
    sides = [
        {f"{each['object']}.{each['field']}".removesuffix(".uid"): each["value"] for each in side["changes"]}
        if side
        else {}
        for side in (a, b)
    ]
    names = list(dict.fromkeys([*sides[0], *sides[1]]))
    rows = [(name, sides[0].get(name, "–"), sides[1].get(name, "–")) for name in names[:MOST_CHANGES]]
    if len(names) > MOST_CHANGES:
        rows.append((f"and {len(names) - MOST_CHANGES} more fields", "", ""))
    return rows


def _cell(value: object) -> str:
    """Return a value as it stands in a cell."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int | float) else str(value)
