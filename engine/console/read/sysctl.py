"""`sysctl KEY...`, `sysctl -a`, with -n, -N, -e, -r PATTERN, as procps 4 prints them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.console.output import Output, not_built, refused
from engine.console.read.source import Host

LETTERS = {"--all": "a", "--values": "n", "--names": "N", "--ignore": "e"}
NO_VARIABLES = "sysctl: no variables specified\nTry `sysctl --help' for more information."


def sysctl(host: Host, words: Sequence[str]) -> Output:
    """Run a reading `sysctl`."""
    letters, keys, pattern = "", [], ""
    queue = list(words)
    while queue:
        word = queue.pop(0)
        if word in ("-r", "--pattern") or word.startswith("--pattern="):
            pattern = word.partition("=")[2] or (queue.pop(0) if queue else "")
        elif word in LETTERS:
            letters += LETTERS[word]
        elif word.startswith("-"):
            letters += word[1:]
        else:
            keys.append(word.replace("/", "."))
    later = [letter for letter in letters if letter not in "aAXnNe"]
    if later:
        return not_built(f"sysctl -{later[0]}")
    everything = any(letter in letters for letter in "aAX")
    if not everything and not keys:
        return refused(NO_VARIABLES)
    try:
        re.compile(pattern)
    except re.error:
        return refused(f"sysctl: the pattern is not a regular expression: {pattern}")
    return _print(host, keys, letters, pattern, everything)


def _print(host: Host, keys: Sequence[str], letters: str, pattern: str, everything: bool) -> Output:
    out, errors = [], []
    for key in [""] if everything else keys:
        below = [
            each for each in host.sysctl_keys() if each == key or each.startswith(key + "." if key else "")
        ]
        if not below and "e" not in letters:
            path = key.replace(".", "/")
            errors.append(f"sysctl: cannot stat /proc/sys/{path}: No such file or directory\n")
        for each in below:
            if pattern and not re.search(pattern, each):
                continue
            value = host.sysctl(each) or ""
            text = f"{value}\n" if "n" in letters else f"{each} = {value}\n"
            out.append(f"{each}\n" if "N" in letters else text)
    return Output("".join(out), "".join(errors), 1 if errors else 0)
