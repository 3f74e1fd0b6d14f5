"""An answer as a table of plain text, to be copied."""

from __future__ import annotations

from collections.abc import Sequence

from engine.scenario.units import format_ns
from engine.why import Link, Why


def text_table(why: Why) -> str:
    """An answer in lines: the question, each link with length, words, CPU and detail, the causes, the sentence."""
    parts = [why.question]
    if why.links:
        parts.append("\n".join(_lines(why.links)))
    if why.causes:
        parts.append("What led to it\n" + "\n".join(_lines(why.causes)))
    return "\n\n".join([*parts, why.sentence]) + "\n"


def _lines(links: Sequence[Link]) -> list[str]:
    lengths = [format_ns(link.ns) if link.ns else "" for link in links]
    cpus = [f"CPU {link.cpu}" if link.cpu is not None else "" for link in links]
    wide = [max(map(len, column)) for column in (lengths, [link.words for link in links], cpus)]
    return [
        f"{length:>{wide[0]}}  {link.words:<{wide[1]}}  {cpu:<{wide[2]}}  {link.detail}".rstrip()
        for link, length, cpu in zip(links, lengths, cpus, strict=True)
    ]
