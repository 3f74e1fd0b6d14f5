"""Pieces of TOML as a person would write them, put into a text and taken out of it line by line.

What is not added or taken away stays as it is, to the byte.
"""

import tomllib
from collections.abc import Mapping
from typing import Any

import tomlkit
from tomlkit.items import Item

from engine.scenario.errors import KeyPath
from engine.scenario.spans import Spans


def item(value: object) -> Item:
    """Return a value as TOML; text of several lines as a string of several lines."""
    if isinstance(value, str) and "\n" in value:
        return _lines(value)
    if isinstance(value, dict):
        table = tomlkit.inline_table()
        for key, each in value.items():
            table[key] = item(each)
        return table
    if isinstance(value, list):
        array = tomlkit.array()
        for each in value:
            array.append(item(each))
        return array
    return tomlkit.item(value)


def _lines(text: str) -> Item:
    """Return a text of several lines as a string that begins on a line of its own, if it can.

    One with carriage returns cannot span lines: TOML reads CR LF there as a line's end.
    """
    plain = tomlkit.string(text, multiline=True).as_string()
    for raw in (f'"""\n{plain[3:]}', plain):
        if tomllib.loads(f"x = {raw}")["x"] == text:
            return tomlkit.value(raw)
    return tomlkit.item(text)


def pairs(row: Mapping[str, Any]) -> str:
    """Return lines `key = value`; several tables in one array stand on a line each."""
    written = []
    for key, value in row.items():
        text = item(value).as_string()
        if isinstance(value, list) and len(value) > 1 and all(isinstance(each, dict) for each in value):
            rows = "".join(f"    {item(each).as_string()},\n" for each in value)
            text = f"[\n{rows}]"
        written.append(f"{key} = {text}\n")
    return "".join(written)


def with_row(spans: Spans, path: KeyPath, header: str, row: Mapping[str, Any]) -> str:
    """Return the text with a `[[header]]` table more: after the last one below `path`, else at the end."""
    known = spans.segments(path)
    block = f"[[{header}]]\n{pairs(row)}"
    return _put(spans.text, known[-1].end if known else len(spans.text), block, apart=True)


def with_pairs(spans: Spans, path: KeyPath, row: Mapping[str, Any]) -> str:
    """Return the text with keys more in the table whose header opens `path`."""
    return _put(spans.text, spans.segments(path)[0].end, pairs(row), apart=False)


def without_table(spans: Spans, path: KeyPath) -> str:
    """Return the text without a table that has headers, and without the comment right above it."""
    text = spans.text
    for segment in reversed(spans.segments(path)):
        start = segment.start
        while start and text[spans.line_start(start - 1) : start].lstrip().startswith("#"):
            start = spans.line_start(start - 1)
        if start and text[spans.line_start(start - 1) : start].strip():
            start = segment.start  # it follows a key: that table's comment
        end = segment.end
        if start == 0:
            while end < len(text) and not text[end : spans.line_end(end)].strip():
                end = spans.line_end(end)
        while start and not text[spans.line_start(start - 1) : start].strip():
            start = spans.line_start(start - 1)
        text = text[:start] + text[end:]
    return text


def _put(text: str, at: int, block: str, *, apart: bool) -> str:
    """Return the text with lines more, with the line ends that it has already."""
    before, after = text[:at], text[at:]
    if before and not before.endswith("\n"):
        block = f"\n{block}"
    if apart and before.strip():
        block = f"\n{block}"
    if "\r\n" in text:
        block = block.replace("\n", "\r\n")
    return before + block + after
