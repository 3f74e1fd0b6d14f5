"""`ss -u` with -a -l -n -p -m, and `ss -s`, as iproute2 6.15 prints them into a pipe.

Left out: TCP and other families, filters, -e, -i, -o. Simplified: names of ports are never resolved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.console.output import Output, not_built, refused
from engine.console.read.proc_net import IPPROTO_UDP, TCP_ESTABLISHED, udp_sockets, udp_state, unread
from engine.console.read.source import Host, Row

LONG = {
    "--udp": "u",
    "--all": "a",
    "--listening": "l",
    "--numeric": "n",
    "--processes": "p",
    "--memory": "m",
    "--summary": "s",
    "--no-header": "H",
    "--ipv4": "4",
}
BUILT = "ualnpmsH4"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, what stands before it, and whether it is set right."""

    title: str
    delimiter: str
    right: bool = False


STATE = Column("State", " ")
PROCESS = Column("Process", "")
ADDRESSES = (
    Column("Recv-Q", " "),
    Column("Send-Q", " "),
    Column("Local Address:", " ", right=True),
    Column("Port", ""),
    Column("Peer Address:", " ", right=True),
    Column("Port", ""),
)


def dotted(address: int) -> str:
    """Print an IPv4 address."""
    return ".".join(str(address >> shift & 0xFF) for shift in (24, 16, 8, 0))


def users(host: Host, row: Row) -> str:
    """Return ` users:(("feed",pid=812,fd=3))` for a socket, "" when no program holds it."""
    app = row.get("app")
    if not app:
        return ""
    program = host.row(app)
    pid = program.get("pid")
    task = next((each for each in host.rows("task_struct") if each.get("pid") == pid), None)
    name = task.name if task is not None and task.name else program.name
    return f' users:(("{name.partition("/")[0]}",pid={pid},fd={row.get("fd")}))'


def skmem(host: Host, row: Row) -> str:
    """Return the memory of a socket as `-m` shows it."""
    sndbuf = host.sysctl("net.core.wmem_default")
    return (
        f"skmem:(r{row['sk_rmem_alloc']},rb{row['sk_rcvbuf']},t0,tb{sndbuf},f{row['sk_forward_alloc']},w0,o0,bl0,"
        f"d{row['sk_drops']})"
    )


def render(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], tails: Sequence[str], heading: bool
) -> str:
    """Lay out the table: every column as wide as its widest cell and its delimiter."""
    lines = [[column.title for column in columns], *rows] if heading else list(rows)
    extras = ["", *tails] if heading else list(tails)
    widths = [
        max(len(line[at]) for line in lines) + (len(column.delimiter) if at else 0)
        for at, column in enumerate(columns)
    ]
    out = []
    for line, extra in zip(lines, extras, strict=True):
        text = ""
        for at, column in enumerate(columns):
            cell = line[at]
            delimiter = column.delimiter if at else ""
            if column.right:
                text += delimiter + cell.rjust(widths[at] - len(delimiter))
            else:
                text += delimiter + cell.ljust(widths[at] - len(delimiter))
        out.append(f"{text}{extra}\n")
    return "".join(out)


def table(host: Host, letters: str) -> str:
    """Return the table of UDP sockets for a set of option letters."""
    everything, listening = "a" in letters, "l" in letters
    columns = [STATE] if everything or listening else []
    columns += [*ADDRESSES, *([PROCESS] if "p" in letters else [])]
    rows: list[list[str]] = []
    tails: list[str] = []
    for _, row in udp_sockets(host):
        connected = udp_state(row) == TCP_ESTABLISHED
        if not everything and connected == listening:
            continue
        state = ["ESTAB" if connected else "UNCONN"] if STATE in columns else []
        peer = [dotted(row["daddr"]) + ":", str(row["dport"])] if connected else ["0.0.0.0:", "*"]
        local = [dotted(row["saddr"]) + ":", str(row["sport"])]
        owner = [users(host, row)] if "p" in letters else []
        rows.append([*state, str(unread(row)), "0", *local, *peer, *owner])
        tails.append(f"\n\t {skmem(host, row)}" if "m" in letters else "")
    return render(columns, rows, tails, "H" not in letters) if rows or "H" not in letters else ""


def summary(host: Host) -> str:
    """Return `ss -s`."""
    socks = host.rows("sock")
    udps = sum(row["protocol"] == IPPROTO_UDP for row in socks)
    counts = {"RAW": 0, "UDP": udps, "TCP": 0, "INET": udps, "FRAG": 0}
    lines = "".join(f"{name}\t  {count:<9} {count:<9} {0:<9}\n" for name, count in counts.items())
    return (
        f"Total: {len(socks)}\nTCP:   0 (estab 0, closed 0, orphaned 0, timewait 0)\n\n"
        f"Transport Total     IP        IPv6\n{lines}\n"
    )


def ss(host: Host, words: Sequence[str]) -> Output:
    """Run `ss`."""
    letters = ""
    for word in words:
        if word in LONG:
            letters += LONG[word]
        elif word.startswith("--"):
            return not_built(f"ss {word}")
        elif word.startswith("-"):
            letters += word[1:]
        elif "." in word or word in ("dst", "src", "sport", "dport", "state", "exclude", "("):
            return not_built("a filter of ss")
        else:
            words_of_filter = f'Error: an inet prefix is expected rather than "{word}".'
            return refused(f"{words_of_filter}\nCannot parse dst/src address.")
    later = [letter for letter in letters if letter not in BUILT]
    if later:
        return not_built(f"ss -{later[0]}")
    if "s" in letters:
        return Output(summary(host))
    if "u" not in letters:
        return not_built("ss without -u")
    return Output(table(host, letters))
