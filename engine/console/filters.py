"""What may stand behind a pipe: grep, head, tail, wc, awk '{print $N}', cut, sort, cat.

Left out: everything else of these tools, refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from engine.console.output import Output, not_built, refused

Filter = Callable[[Sequence[str], str], Output]
POSIX_CLASSES = {"space": r"\s", "digit": "0-9", "alpha": "a-zA-Z", "alnum": "a-zA-Z0-9", "blank": " \t"}


def options(words: Sequence[str], flags: str, valued: str) -> tuple[dict[str, str], list[str]] | str:
    """Split short options from the rest: flags without a value, `valued` with one; or the first unknown option."""
    found: dict[str, str] = {}
    rest: list[str] = []
    queue = list(words)
    while queue:
        word = queue.pop(0)
        if word == "--":
            rest += queue
            break
        if not word.startswith("-") or word == "-":
            rest.append(word)
            continue
        letters = word[1:]
        if letters.isdecimal() and "n" in valued:
            found["n"] = letters
            continue
        while letters:
            letter, letters = letters[0], letters[1:]
            if letter in valued:
                found[letter] = letters or (queue.pop(0) if queue else "")
                break
            if letter not in flags:
                return letter
            found[letter] = ""
    return found, rest


def python_pattern(pattern: str, extended: bool) -> str:
    """Translate a POSIX regular expression; basic ones have their operators behind backslashes."""
    for name, inside in POSIX_CLASSES.items():
        pattern = pattern.replace(f"[:{name}:]", inside)
    if extended:
        return pattern
    return re.sub(
        r"\\?[+?|(){}]", lambda found: found[0][1:] if len(found[0]) == 2 else "\\" + found[0], pattern
    )


def grep_options(words: Sequence[str]) -> tuple[dict[str, str], re.Pattern[str], list[str]] | Output:
    """Read grep's arguments: its options, the pattern, and the files."""
    split = options(words, "EFivcnohqw", "ABCe")
    if isinstance(split, str):
        return not_built(f"grep -{split}")
    chosen, rest = split
    if "e" not in chosen and not rest:
        return refused(
            "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.", 2
        )
    text = chosen["e"] if "e" in chosen else rest.pop(0)
    expression = re.escape(text) if "F" in chosen else python_pattern(text, "E" in chosen)
    if "w" in chosen:
        expression = rf"(?<!\w)(?:{expression})(?!\w)"
    try:
        return chosen, re.compile(expression, re.IGNORECASE if "i" in chosen else 0), rest
    except re.error:
        return refused("grep: Invalid regular expression", 2)


def grep_text(chosen: dict[str, str], pattern: re.Pattern[str], text: str, prefix: str = "") -> Output:
    """Print the lines of a text that match; status 1 if none does."""
    lines = text.splitlines()
    hits = [number for number, line in enumerate(lines) if bool(pattern.search(line)) != ("v" in chosen)]
    status = 0 if hits else 1
    if "q" in chosen:
        return Output(status=status)
    if "c" in chosen:
        return Output(f"{prefix}{len(hits)}\n", "", status)
    if "o" in chosen:
        found = [match for number in hits for match in pattern.findall(lines[number])]
        return Output("".join(f"{prefix}{match}\n" for match in found), "", status)
    both = int(chosen.get("C", "0") or 0)
    before, after = int(chosen.get("B", both) or 0), int(chosen.get("A", both) or 0)
    shown: dict[int, str] = {}
    for hit in hits:
        for number in range(max(0, hit - before), min(len(lines), hit + after + 1)):
            shown.setdefault(number, "-")
    shown |= dict.fromkeys(hits, ":")
    out: list[str] = []
    last = -1
    for number in sorted(shown):
        if out and (before or after) and number > last + 1:
            out.append("--\n")
        mark = shown[number]
        label = prefix[:-1] + mark if prefix else ""
        out.append(f"{label}{f'{number + 1}{mark}' if 'n' in chosen else ''}{lines[number]}\n")
        last = number
    return Output("".join(out), "", status)


def grep(words: Sequence[str], text: str) -> Output:
    """Filter standard input by a pattern."""
    read = grep_options(words)
    if isinstance(read, Output):
        return read
    chosen, pattern, _ = read
    return grep_text(chosen, pattern, text)


def head(words: Sequence[str], text: str) -> Output:
    """Print the first lines (10, or -n N)."""
    return _ends("head", words, text)


def tail(words: Sequence[str], text: str) -> Output:
    """Print the last lines (10, or -n N; -n +N from the N-th on)."""
    return _ends("tail", words, text)


def _ends(tool: str, words: Sequence[str], text: str) -> Output:
    split = options(words, "", "n")
    if isinstance(split, str):
        return not_built(f"{tool} -{split}")
    number = split[0].get("n", "10")
    lines = text.splitlines(keepends=True)
    if not number.lstrip("+-").isdecimal():
        return refused(f"{tool}: invalid number of lines: ‘{number}’")
    count = int(number.lstrip("+-"))
    if tool == "head":
        return Output("".join(lines[: len(lines) - count if number.startswith("-") else count]))
    return Output(
        "".join(lines[count - 1 :] if number.startswith("+") else lines[max(0, len(lines) - count) :])
    )


def wc(words: Sequence[str], text: str) -> Output:
    """Count lines, words and bytes."""
    split = options(words, "lwc", "")
    if isinstance(split, str):
        return not_built(f"wc -{split}")
    counts = {"l": text.count("\n"), "w": len(text.split()), "c": len(text.encode())}
    wanted = [letter for letter in "lwc" if letter in split[0]] or list("lwc")
    if len(wanted) == 1:
        return Output(f"{counts[wanted[0]]}\n")
    return Output(f"{''.join(f'{counts[letter]:8}' for letter in wanted)[1:]}\n")


def awk(words: Sequence[str], text: str) -> Output:
    """Run `/pattern/ {print $N, "text", ...}`; -F sets the separator."""
    split = options(words, "", "F")
    if isinstance(split, str) or len(split[1]) != 1:
        return not_built("this form of awk")
    program = re.fullmatch(
        r"\s*(?:/((?:[^/\\]|\\.)*)/|NR\s*==\s*(\d+))?\s*\{\s*print\b([^{}]*)\}\s*", split[1][0]
    )
    if program is None:
        return not_built("awk beyond '/pattern/ {print $N, ...}'")
    parts = [part.strip() for part in program[3].split(",")] if program[3].strip() else ["$0"]
    if not all(re.fullmatch(r'\$(\d+|NF)|"[^"]*"|NR|NF', part) for part in parts):
        return not_built("awk beyond '/pattern/ {print $N, ...}'")
    out = []
    for number, line in enumerate(text.splitlines(), 1):
        if program[1] is not None and not re.search(program[1], line):
            continue
        if program[2] is not None and number != int(program[2]):
            continue
        fields = line.split(split[0]["F"]) if split[0].get("F") else line.split()
        out.append(" ".join(_awk_value(part, line, fields, number) for part in parts) + "\n")
    return Output("".join(out))


def _awk_value(part: str, line: str, fields: list[str], number: int) -> str:
    if part.startswith('"'):
        return part[1:-1]
    if part in ("NR", "NF"):
        return str(number if part == "NR" else len(fields))
    at = len(fields) if part == "$NF" else int(part[1:])
    if at == 0:
        return line
    return fields[at - 1] if at <= len(fields) else ""


def cut(words: Sequence[str], text: str) -> Output:
    """Print chosen fields (-d, -f) or characters (-c)."""
    split = options(words, "", "dfc")
    if isinstance(split, str):
        return not_built(f"cut -{split}")
    chosen = split[0]
    selection = chosen.get("f") or chosen.get("c")
    if not selection:
        return refused(
            "cut: you must specify a list of bytes, characters, or fields\n"
            "Try 'cut --help' for more information."
        )
    if not re.fullmatch(r"(\d+(-\d*)?|-\d+)(,(\d+(-\d*)?|-\d+))*", selection):
        return refused(f"cut: invalid field value ‘{selection}’\nTry 'cut --help' for more information.")
    separator = chosen.get("d", "\t")
    out = []
    for line in text.splitlines():
        pieces = list(line) if "c" in chosen else line.split(separator)
        if "f" in chosen and len(pieces) == 1:
            out.append(line + "\n")
            continue
        kept = [piece for at, piece in enumerate(pieces, 1) if _selected(selection, at)]
        out.append(("" if "c" in chosen else separator).join(kept) + "\n")
    return Output("".join(out))


def _selected(selection: str, at: int) -> bool:
    for part in selection.split(","):
        low, dash, high = part.partition("-")
        first = int(low or 1)
        last = int(high) if high else (1 << 30 if dash else first)
        if first <= at <= last:
            return True
    return False


def sort(words: Sequence[str], text: str) -> Output:
    """Sort lines, as text or as numbers (-n), forward or back (-r), once each (-u)."""
    split = options(words, "nru", "")
    if isinstance(split, str):
        return not_built(f"sort -{split}")
    chosen = split[0]
    lines = text.splitlines()
    if "n" in chosen:
        lines.sort(key=lambda line: (int((re.match(r"\s*(-?\d+)", line) or ["", "0"])[1]), line))
    else:
        lines.sort()
    if "r" in chosen:
        lines.reverse()
    if "u" in chosen:
        lines = list(dict.fromkeys(lines))
    return Output("".join(line + "\n" for line in lines))


FILTERS: dict[str, Filter] = {
    "grep": grep,
    "egrep": lambda words, text: grep(["-E", *words], text),
    "fgrep": lambda words, text: grep(["-F", *words], text),
    "head": head,
    "tail": tail,
    "wc": wc,
    "awk": awk,
    "cut": cut,
    "sort": sort,
    "cat": lambda _, text: Output(text),
}
"""By name."""
