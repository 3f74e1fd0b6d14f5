"""`skbscope check`: scenes, their variants and their expectations."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from viewer.cli.checking import SceneReport, check_scene

MOST_PROCESSES = 2
"""A run keeps its whole timeline in memory; more at once than this is no gift to a small machine."""


@click.command()
@click.argument("scenes", nargs=-1, metavar="[SCENE]...")
@click.option("--junit", type=click.Path(path_type=Path), metavar="FILE", help="Write a JUnit report, too.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=None,
    help=f"Processes; as many as there are CPUs, {MOST_PROCESSES} at most, if left out.",
)
def command(scenes: tuple[str, ...], junit: Path | None, jobs: int | None) -> int:
    """Run scenes with their variants and test what they claim; all packaged scenes if none is named.

    Every expectation must hold in the scene itself; in a variant that is a control every one marked `flips` must
    fail; invariants must hold in all. Status 1 if anything fails.
    """
    from viewer.cli.files import must_be_writable, write_text
    from viewer.cli.junit import report_text
    from viewer.cli.sources import scene_names

    if junit is not None:
        must_be_writable(junit)  # before the scenes, which take a while
    names = scenes or scene_names()
    began = time.perf_counter()
    reports = []
    for report in _reports(names, jobs or min(MOST_PROCESSES, os.cpu_count() or 1, len(names))):
        reports.append(report)
        _print(report)
    if junit is not None:
        write_text(junit, report_text(reports))
    failed = sum(not report.passed for report in reports)
    cases = sum(len(report.cases) for report in reports if not report.bad_input)
    passed = f"{failed} of {len(reports)} scenes failed" if failed else f"{len(reports)} scenes passed"
    click.echo(f"{passed}, {cases} claims tested in {time.perf_counter() - began:.1f} s")
    if any(report.bad_input for report in reports):
        return 2
    return 1 if failed else 0


def _reports(names: Sequence[str], jobs: int) -> Generator[SceneReport, None, None]:
    """Check scenes, in order, several at a time; an interrupt ends the processes, too."""
    if jobs == 1 or len(names) == 1:
        yield from map(check_scene, names)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import active_children, get_context

    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        with _interrupts_kept_back():
            reports = pool.map(check_scene, names)
        try:
            yield from reports
        except BaseException:
            for process in active_children():
                process.terminate()
            raise


@contextmanager
def _interrupts_kept_back() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach: a terminal sends it to all, and each would print a traceback.

    They inherit that it is blocked; here it is delivered afterwards.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _print(report: SceneReport) -> None:
    cases = report.cases
    if report.bad_input:
        *cases, refusal = cases  # what cannot be run ends the scene: its words come last
        click.echo(f"FAIL {report.name:40} cannot be run")
        click.echo(refusal.problem, err=True)
    else:
        verdict = "ok  " if report.passed else "FAIL"
        click.echo(f"{verdict} {report.name:40} {len(cases):3} claims  {report.seconds:6.1f} s")
    for case in cases:
        if case.problem:
            click.echo(f"     {case.name}: {case.problem}")
