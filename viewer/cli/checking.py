"""What it means for a scene to pass; plain data, so that it can be worked out in another process."""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.results.places import LOST_PLACES
from engine.scenario.errors import Refused

if TYPE_CHECKING:
    from viewer.cli.simulate import Ran


@dataclass(frozen=True, slots=True)
class Case:
    """One claim that was tested.

    Attributes:
        name: the variant it was tested in, and the claim.
        problem: "" if it passed, else what was found.
    """

    name: str
    problem: str = ""


@dataclass(slots=True)
class SceneReport:
    """What came of one scene.

    Attributes:
        name: the scene, as it was asked for.
        cases: its claims.
        seconds: how long it took.
        bad_input: the scene could not be run at all.
    """

    name: str
    cases: list[Case] = field(default_factory=list)
    seconds: float = 0.0
    bad_input: bool = False

    @property
    def passed(self) -> bool:
        """Whether nothing failed."""
        return not any(case.problem for case in self.cases)


def check_scene(source: str) -> SceneReport:
    """Run a scene and all its variants, and test every claim."""
    from viewer.cli.simulate import simulate
    from viewer.cli.sources import load_source

    report = SceneReport(source)
    began = time.perf_counter()
    try:
        document = load_source(source)
        report.name = document.name
        controls = {variant.name for variant in document.scene.variant if variant.control}
        known: dict[str, Mapping[str, Any]] = {}
        # The scene last: what it says about its variants then costs no further run.
        for variant in (*document.variants, None):
            ran = simulate(document, variant, checking=True, known=known)
            table = ran.results()
            if variant is None:
                report.cases.append(Case("scene: every chapter begins", "; ".join(chapters_missed(ran))))
            else:
                known[variant] = table
            report.cases += claims_of(ran, table, variant in controls)
    except Refused as refused:
        report.cases.append(Case("scene", str(refused)))
        report.bad_input = True
    except Exception as error:  # noqa: BLE001 - outermost in its process: one faulty scene must not hide the others
        report.cases.append(Case("scene", f"fault: {fault_text(error)}"))
    report.seconds = time.perf_counter() - began
    return report


def fault_text(error: Exception) -> str:
    """Return what went wrong in the program itself, and where."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({last.name}, {Path(last.filename).name}:{last.lineno})"


def claims_of(ran: Ran, table: dict[str, Any], control: bool) -> Iterator[Case]:
    """Yield the claims of one run: it ends, its invariants hold, its expectations come out as they must."""
    where = ran.variant or "scene"
    ended = table["complete"]
    yield Case(f"{where}: runs to its end", "" if ended else f"stopped at {table['simulated_ns']} ns")
    yield Case(f"{where}: invariants", "; ".join(table["invariants"]))
    yield Case(f"{where}: every loss has a known place", ", ".join(unknown_places(table["packets"])))
    if ran.variant is None:
        for row in table["expect"]:
            yield Case(f"{where}: {row['that']}", "" if row["holds"] else _found(row))
    elif control:
        for row in table["expect"]:
            if row["flips"]:
                problem = "holds, but must fail in a control" if row["holds"] else row.get("error", "")
                yield Case(f"{where}: not ({row['that']})", problem)


def chapters_missed(ran: Ran) -> Iterator[str]:
    """Yield why a chapter of the talk never begins; in a variant that may be what it shows."""
    from engine.moments import step_of

    for number, chapter in enumerate(ran.scene.chapter, 1):
        try:
            step_of(chapter.at, ran.timeline, ran.chapters)
        except Refused as refused:
            yield f'chapter {number}, "{chapter.title}": {refused}'


def unknown_places(packets: dict[str, Any]) -> list[str]:
    """Return places of losses that no list names, so that an expression asking for them elsewhere would fail."""
    return [place for key in ("lost", "copies_lost") for place in packets[key] if place not in LOST_PLACES]


def _found(row: dict[str, Any]) -> str:
    """Return why an expectation does not hold: what it was made of."""
    if "error" in row:
        return str(row["error"])
    parts = ", ".join(f"{text} = {value}" for text, value in row["parts"].items())
    return f"does not hold at {row['at']}: {parts}"
