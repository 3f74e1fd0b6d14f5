"""Runs a line of reading commands at a moment: lists, pipes, and redirection into nowhere.

A command that would change the host is answered as the real tool answers, at the values of the moment; the past
stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase

from engine.console import filters, syntax
from engine.console.output import NOT_BUILT_STATUS, Output, not_built, refused
from engine.console.pids import expanded
from engine.console.read.ethtool import ethtool
from engine.console.read.facts import CursorFacts
from engine.console.read.files import FileError, Text, catalogue, is_folder
from engine.console.read.ip import ip
from engine.console.read.mpstat import mpstat
from engine.console.read.nstat import nstat
from engine.console.read.source import Host, UnknownValueError
from engine.console.read.ss import ss
from engine.console.read.sysctl import sysctl
from engine.console.read.tasks import chrt, named_tasks, pgrep, taskset
from engine.console.tools import unknown
from engine.console.write import echo
from engine.console.write.plan import changes, is_tee, plan_words

Tool = Callable[[Host, Sequence[str]], Output]
TOOLS: dict[str, Tool] = {
    "chrt": chrt,
    "ethtool": ethtool,
    "ip": ip,
    "mpstat": mpstat,
    "nstat": nstat,
    "pgrep": pgrep,
    "ss": ss,
    "sysctl": sysctl,
    "taskset": taskset,
}
"""Tools that read, by name."""

EXAMPLES = (
    *("ethtool -S {dev}", "ethtool -g {dev}", "ethtool -c {dev}", "ethtool -l {dev}", "ethtool -x {dev}"),
    *("ethtool -n {dev}", "ethtool -n {dev} rx-flow-hash udp4", "ethtool -k {dev}", "ethtool -i {dev}"),
    *("ip -s link show dev {dev}", "ip -s -s link show dev {dev}"),
)
WHOLE = (
    "ip -s link",
    "mpstat -P ALL",
    "mpstat -P ALL 1 1",
    "nstat",
    "nstat -az",
    "ss -uampn",
    "ss -uan",
    "ss -s",
    "sysctl -a",
)


class Shell:
    """One command line at one moment."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._paths: dict[str, Text] = {}

    def run(self, command: str) -> Output:
        """Run a command line; whatever it prints, in order, with the last status."""
        try:
            steps = syntax.parse(command)
        except syntax.ShellSyntaxError as error:
            return refused(str(error), NOT_BUILT_STATUS)
        out, errors, status = "", "", 0
        for step in steps:
            if (step.connector == "&&" and status) or (step.connector == "||" and not status):
                continue
            result = self._pipeline(step.pipeline)
            out, errors, status = out + result.stdout, errors + result.stderr, result.status
        return Output(out, errors, status)

    def _pipeline(self, commands: Sequence[syntax.Simple]) -> Output:
        if is_tee(commands):
            return echo.tee(commands[0].words[1:], commands[1].words[1:], CursorFacts(self._host)).output
        text, errors, status = "", "", 0
        for position, simple in enumerate(commands):
            result = self._redirected(simple, text if position else None)
            text, errors, status = result.stdout, errors + result.stderr, result.status
        return Output(text, errors, status)

    def _redirected(self, simple: syntax.Simple, standard_input: str | None) -> Output:
        if changes(simple):
            return plan_words(simple, CursorFacts(self._host)).output
        result = self._command(expanded(simple.words, named_tasks(self._host)), standard_input)
        for redirect in simple.redirects:
            if redirect.target == "&1":
                result = Output(result.stdout + result.stderr, "", result.status)
            elif redirect.target != "/dev/null":
                return not_built(f"writing into {redirect.target}")
            elif redirect.stream == 2:
                result = Output(result.stdout, "", result.status)
            else:
                result = Output("", "" if redirect.stream == 3 else result.stderr, result.status)
        return result

    def _command(self, words: Sequence[str], standard_input: str | None) -> Output:
        tool, rest = words[0], list(words[1:])
        try:
            match tool:
                case "true" | ":":
                    return Output()
                case "false":
                    return Output(status=1)
                case "echo":
                    return Output(
                        " ".join(rest[1:] if rest[:1] == ["-n"] else rest)
                        + ("" if rest[:1] == ["-n"] else "\n")
                    )
                case _ if tool in filters.FILTERS:
                    return self._filter(tool, rest, standard_input)
                case _ if tool in TOOLS:
                    return TOOLS[tool](self._host, rest)
        except UnknownValueError as error:
            return refused(f"skbscope: the trace does not know {error}", NOT_BUILT_STATUS)
        return unknown(tool)

    # -- files ------------------------------------------------------------------------------------------

    def _filter(self, tool: str, words: list[str], standard_input: str | None) -> Output:
        if tool in ("grep", "egrep", "fgrep"):
            extra = {"egrep": ["-E"], "fgrep": ["-F"]}.get(tool, [])
            return self._grep([*extra, *words], standard_input)
        names, options = self._operands(tool, words)
        if not names:
            return filters.FILTERS[tool](options, standard_input or "")
        texts, errors, status = [], "", 0
        for name in names:
            found = self._text(name)
            if isinstance(found, FileError):
                words_of_tool = f"cannot open '{name}' for reading" if tool in ("head", "tail") else name
                errors += f"{tool}: {words_of_tool}: {found}\n"
                status = 1
            else:
                texts.append((name, found))
        if tool == "cat" or len(names) == 1:
            result = filters.FILTERS[tool](options, "".join(text for _, text in texts)) if texts else Output()
            text = result.stdout
            if tool == "wc" and texts and text:
                text = f"{text.rstrip()} {texts[0][0]}\n"
            return Output(text, errors + result.stderr, status or result.status)
        blocks = [f"==> {name} <==\n{filters.FILTERS[tool](options, text).stdout}" for name, text in texts]
        if tool in ("head", "tail"):
            return Output("\n".join(blocks), errors, status)
        return not_built(f"{tool} of several files")

    def _operands(self, tool: str, words: list[str]) -> tuple[list[str], list[str]]:
        """Split a filter's words into the files it reads and the rest; wildcards are expanded."""
        valued = {"head": "-n", "tail": "-n", "cut": "-d -f -c", "awk": "-F"}.get(tool, "").split()
        names: list[str] = []
        options: list[str] = []
        program_seen = tool != "awk"
        previous = ""
        for word in words:
            if word.startswith("-") or previous in valued:
                options.append(word)
            elif not program_seen:
                options.append(word)
                program_seen = True
            else:
                names += self._expanded(word)
            previous = word
        return names, options

    def _grep(self, words: list[str], standard_input: str | None) -> Output:
        read = filters.grep_options(words)
        if isinstance(read, Output):
            return read
        chosen, pattern, operands = read
        names = [name for operand in operands for name in self._expanded(operand)]
        if not names:
            return filters.grep_text(chosen, pattern, standard_input or "")
        out, errors, status = "", "", 1
        for name in names:
            found = self._text(name)
            if isinstance(found, FileError):
                errors += f"grep: {name}: {found}\n"
                continue
            prefix = f"{name}:" if len(names) > 1 and "h" not in chosen else ""
            result = filters.grep_text(chosen, pattern, found, prefix)
            out += result.stdout
            status = min(status, result.status)
        return Output(out, errors, 2 if errors else status)

    def _expanded(self, word: str) -> list[str]:
        if not re.search(r"[*?\[]", word):
            return [word]
        depth = word.count("/")
        found = sorted(path for path in self._files() if path.count("/") == depth and fnmatchcase(path, word))
        return found or [word]

    def _files(self) -> dict[str, Text]:
        if not self._paths:
            self._paths = catalogue(self._host)
        return self._paths

    def _text(self, path: str) -> str | FileError:
        files = self._files()
        clean = re.sub(r"/+", "/", path)
        try:
            if clean in files:
                return files[clean]()
        except FileError as error:
            return error
        return FileError("Is a directory" if is_folder(files, clean) else "No such file or directory")


def names(host: Host) -> tuple[str, ...]:
    """Return commands worth completing: `cat` of every file, and the tools with this host's interfaces."""
    found = [f"cat {path}" for path in catalogue(host)]
    found += WHOLE
    found += [example.format(dev=row.name) for row in host.rows("net_device") for example in EXAMPLES]
    return tuple(found)
