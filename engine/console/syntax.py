"""The part of the shell's grammar that administrators' scripts use.

Understood: words with quotes and backslashes, comments, `;`, `&&`, `||`, `|`, and redirection into a file.
Left out: variables, substitution other than `$(pgrep ...)`, loops, conditions, here-documents, background
jobs; each is one clear error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

OPERATORS = ("&&", "||", "2>&1", "&>", "2>", "1>", ">>", ">", "<", "|", ";", "&", "\n")
PIDS = re.compile(r"\$\((?:pgrep|pidof) [^()`$\n]*\)")
"""The one substitution that is understood; `engine.console.pids` replaces it."""

COMPOUND = frozenset(
    {"for", "while", "until", "if", "case", "do", "done", "then", "fi", "function", "{", "}", "!"}
)
LONGEST_WORD = 4000
BLANKS = " \t"


class ShellSyntaxError(ValueError):
    """A line that this shell does not understand; the text says what and where."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Token:
    """A word or an operator, with its place in the text."""

    text: str
    operator: bool
    start: int
    end: int
    line: int


@dataclass(frozen=True, slots=True)
class Redirect:
    """`> file`: the stream (1, 2, or 3 for both), the operator's kind and the file; "&1" joins the streams."""

    stream: int
    target: str
    append: bool = False


@dataclass(slots=True)
class Simple:
    """One command: its words and its redirections."""

    words: list[str] = field(default_factory=list)
    redirects: list[Redirect] = field(default_factory=list)


@dataclass(slots=True)
class Step:
    """A pipeline in a list.

    Attributes:
        connector: what stands before it: "", ";", "&&" or "||".
        pipeline: its commands, left to right.
        text: as it was typed.
        line: number of its line, from 1.
    """

    connector: str
    pipeline: list[Simple]
    text: str
    line: int


def tokens(text: str) -> list[Token]:
    """Split text into words and operators.

    Raises:
        ShellSyntaxError: a quote without an end, or something that is left out.
    """
    found: list[Token] = []
    at, line = 0, 1
    while at < len(text):
        character = text[at]
        if character in BLANKS:
            at += 1
        elif text.startswith("\\\n", at):
            at += 2
            line += 1
        elif character == "#":
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
        elif operator := next((each for each in OPERATORS if text.startswith(each, at)), ""):
            found.append(Token(operator, True, at, at + len(operator), line))
            at += len(operator)
            line += operator == "\n"
        else:
            word, end = _word(text, at, line)
            if len(word) > LONGEST_WORD:
                raise ShellSyntaxError(f"skbscope: a word of {len(word)} characters is too long", line)
            found.append(Token(word, False, at, end, line))
            line += text.count("\n", at, end)
            at = end
    return found


def _word(text: str, at: int, line: int) -> tuple[str, int]:
    """Read a word; return it without its quotes, and where it ends."""
    out: list[str] = []
    while at < len(text):
        character = text[at]
        if character in BLANKS or character in ";&|<>\n":
            break
        if character == "'":
            end = _closing(text, at, line)
            out.append(text[at + 1 : end])
            at = end + 1
        elif character == '"':
            end = _closing(text, at, line)
            inside = text[at + 1 : end]
            _refuse_expansion(PIDS.sub("", inside), line)
            out.append(inside.replace('\\"', '"').replace("\\\\", "\\"))
            at = end + 1
        elif character == "\\" and at + 1 < len(text):
            if text[at + 1] != "\n":
                out.append(text[at + 1])
            at += 2
        elif pids := PIDS.match(text, at):
            out.append(pids[0])
            at = pids.end()
        else:
            _refuse_expansion(text[at : at + 2], line)
            out.append(character)
            at += 1
    return "".join(out), at


def _closing(text: str, at: int, line: int) -> int:
    """Return where the quote at `at` ends; a backslash guards a double quote."""
    end = text.find(text[at], at + 1)
    while end > 0 and text[at] == '"' and text[end - 1] == "\\":
        end = text.find(text[at], end + 1)
    if end < 0:
        raise ShellSyntaxError(f"bash: unexpected EOF while looking for matching `{text[at]}'", line)
    return end


def _refuse_expansion(text: str, line: int) -> None:
    at = text.find("$")
    if at >= 0 and at + 1 < len(text) and (text[at + 1].isalnum() or text[at + 1] in "({_@*?!$"):
        raise ShellSyntaxError("skbscope: variables and $(...) are not understood; write the value", line)
    if "`" in text:
        raise ShellSyntaxError("skbscope: command substitution is not understood; write the value", line)


def parse(text: str) -> list[Step]:
    """Return the pipelines of a script with what connects them.

    Raises:
        ShellSyntaxError: something that this shell does not understand.
    """
    steps: list[Step] = []
    connector = ""
    run: list[Token] = []
    for token in [*tokens(text), Token("\n", True, len(text), len(text), 0)]:
        if not (token.operator and token.text in ("\n", ";", "&&", "||", "&")):
            run.append(token)
            continue
        if token.text == "&":
            raise ShellSyntaxError("skbscope: background jobs are not understood", token.line)
        if run:
            steps.append(_step(connector, run, text))
            connector = token.text
        elif token.text == "\n":
            connector = connector if connector in ("&&", "||") else ""
        else:
            raise ShellSyntaxError(f"bash: syntax error near unexpected token `{token.text}'", token.line)
        connector = "" if connector == "\n" else connector
        run = []
    if connector in ("&&", "||"):
        raise ShellSyntaxError("bash: syntax error: unexpected end of file", steps[-1].line)
    return steps


def _step(connector: str, run: list[Token], text: str) -> Step:
    if run[0].text in COMPOUND and not run[0].operator:
        raise ShellSyntaxError(
            f"skbscope: loops and conditions are not understood: {run[0].text}; write the commands out",
            run[0].line,
        )
    pipeline = [Simple()]
    waiting: str | None = None
    for token in run:
        if waiting is not None and not token.operator:
            stream = {"2": 2, "&": 3}.get(waiting[0], 1)
            pipeline[-1].redirects.append(Redirect(stream, token.text, waiting.endswith(">>")))
            waiting = None
        elif waiting is not None:
            raise ShellSyntaxError(f"bash: syntax error near unexpected token `{token.text}'", token.line)
        elif not token.operator:
            pipeline[-1].words.append(token.text)
        elif token.text == "|" and pipeline[-1].words:
            pipeline.append(Simple())
        elif token.text == "2>&1":
            pipeline[-1].redirects.append(Redirect(2, "&1"))
        elif token.text in ("|", "<"):
            raise ShellSyntaxError(f"skbscope: `{token.text}' is not understood here", token.line)
        else:
            waiting = token.text
    if waiting is not None or not pipeline[-1].words:
        raise ShellSyntaxError("bash: syntax error near unexpected token `newline'", run[-1].line)
    for simple in pipeline:
        if simple.words[0] == "sudo" and len(simple.words) > 1:
            del simple.words[0]
    return Step(connector, pipeline, text[run[0].start : run[-1].end], run[0].line)
