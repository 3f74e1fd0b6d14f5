"""`skbscope run`: a scene without a window, its counters as tables or as JSON."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from viewer.cli.options import scene_argument, scene_options
from viewer.cli.tables import print_table

LATENCIES = ("p50", "p99", "p999", "max")


@click.command()
@scene_argument
@scene_options
@click.option("--until", metavar="TIME", help="End the run then, such as 5ms, or at idle.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
@click.option("--check", "checking", is_flag=True, help="Test invariants too; status 1 if one is broken.")
def command(
    source: str, variant: str | None, sets: tuple[str, ...], until: str | None, as_json: bool, checking: bool
) -> int:
    """Run a scene and print what it came to."""
    from viewer.cli.simulate import simulate
    from viewer.cli.sources import load_source

    if until is not None:
        sets = (*sets, f"until={until}")
    table = simulate(load_source(source), variant, sets, checking=checking).results()
    if as_json:
        click.echo(json.dumps(table, indent=1, ensure_ascii=False))
    else:
        print_results(table)
    broken = table["invariants"]
    for rule in broken:
        print(f"broken: {rule}", file=sys.stderr)
    return 1 if checking and broken else 0


def print_results(table: dict[str, Any]) -> None:
    """Print results as tables; rows and columns without a count are left out."""
    about = [
        ("scene", f"{table['source']} {table['title']}".strip()),
        ("variant", table["variant"] or "–"),
        ("kernel", table["kernel"]),
        ("simulated", f"{table['simulated_ns']:,} ns"),
        ("steps", f"{table['steps']:,}" + ("" if table["complete"] else " (incomplete)")),
        ("digest", table["digest"]),
    ]
    print_table("", ("run", ""), about)
    _print_packets(table)
    _print_rows("softnet_stat", "cpu", {str(row["cpu"]): row for row in table["softnet_stat"]})
    _print_cpus("interrupts", table["interrupts"])
    _print_cpus("softirqs", table["softirqs"])
    _print_rows("napi", "name", table["napi"])
    _print_counters(table)
    _print_sockets(table["sockets"])
    _print_rows("threads", "name", table["threads"])
    _print_expectations(table["expect"])


def _print_packets(table: dict[str, Any]) -> None:
    packets = table["packets"]
    rows = [(name, f"{count:,}") for name, count in packets.items() if isinstance(count, int)]
    rows += [(f"lost {place}", f"{count:,}") for place, count in packets["lost"].items()]
    rows += [(f"copies lost {place}", f"{count:,}") for place, count in packets["copies_lost"].items()]
    print_table("", ("packets", "frames"), rows, right=(1,))
    flows = [
        (name, *(f"{flow[key]:,}" for key in ("offered", "delivered", "lost")), *_latencies(flow))
        for name, flow in table["flows"].items()
    ]
    header = ("flow", "offered", "delivered", "lost", *(f"{name} ns" for name in LATENCIES))
    print_table("", header, flows, right=range(1, len(header)))


def _latencies(flow: dict[str, Any]) -> list[str]:
    values = (flow["latency_ns"][name] for name in LATENCIES)
    return ["–" if value is None else f"{value:,}" for value in values]


def _print_rows(title: str, key: str, rows: dict[str, dict[str, int]]) -> None:
    """Print rows of counters, without the columns in which none has a count."""
    names = dict.fromkeys(
        name for row in rows.values() for name, value in row.items() if value and name != key
    )
    if names:
        cells = [(name, *(f"{row.get(column, 0):,}" for column in names)) for name, row in rows.items()]
        print_table("", (title, *names), cells, right=range(1, len(names) + 1))


def _print_cpus(title: str, rows: dict[str, list[int]]) -> None:
    """Print counters that have a number for each CPU, without those that are 0 on all."""
    counted = {name: counts for name, counts in rows.items() if any(counts)}
    if counted:
        cpus = len(next(iter(counted.values())))
        cells = [(name, *(f"{count:,}" for count in counts)) for name, counts in counted.items()]
        print_table("", (title, *(f"CPU{cpu}" for cpu in range(cpus))), cells, right=range(1, cpus + 1))


def _print_counters(table: dict[str, Any]) -> None:
    """Print every counter of the tools that is not 0."""
    rows = [
        (f"{name}{proto} {counter}", f"{count:,}")
        for key, name in (("ethtool", "ethtool -S "), ("link", "ip -s link "), ("snmp", ""), ("netstat", ""))
        for proto, counters in table[key].items()
        for counter, count in counters.items()
        if count
    ]
    if rows:
        print_table("", ("counter", "value"), rows, right=(1,))


def _print_sockets(rows: list[dict[str, Any]]) -> None:
    names = ("delivered", "queued", "drops", "rmem_alloc", "rcvbuf")
    cells = [(row["app"], row["local"], *(f"{row[name]:,}" for name in names)) for row in rows]
    if cells:
        print_table("", ("socket", "local", *names), cells, right=range(2, 2 + len(names)))


def _print_expectations(rows: list[dict[str, Any]]) -> None:
    cells = [("holds" if row["holds"] else "FAILS", row["that"], row.get("error", "")) for row in rows]
    if cells:
        print_table("", ("expect", "that", ""), cells)
