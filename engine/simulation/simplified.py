"""What the model simplifies and leaves out, in the words of its modules, for those who look at a run.

A docstring of `engine.linux`, `engine.hardware` or `engine.userspace` says it in sentences after "Simplified:" and
"Left out:"; `told` reads them, `docs/kernel.md` is made of the same. `simplified` gathers those that a run rests on:

    {"modules": {"net/core/gro.py": {"simplified": "...", "left_out": "..."}},
     "of": {"net/core/gro.c": ["net/core/gro.py"], "dma_write_back": [...], "sk_buff": [...]}}

The keys of "of" are files as in `FunctionInfo.file`, names of functions without a file, and names of classes. A module
belongs to the file it stands for, those its first sentence names, and those of the functions it says it models.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache
from typing import Any, NamedTuple

from engine.hardware.acts import ACTS
from engine.linux import fn
from engine.timeline.record import CLASSES
from engine.timeline.schema import FunctionInfo

ROOMS = ("engine.linux", "engine.hardware", "engine.userspace")
DRIVERS = "drivers/"
NOT_A_CARD = ("common", "ethtool", "port", "probe")
"""Modules among the drivers that belong to all of them."""

_MARKS = {"Simplified:": 1, "Left out:": 2}
"""What follows one of these in a docstring, up to the end of its paragraph, is said of that."""

_PATH = re.compile(r"\b(?:(?:arch|drivers|fs|include|kernel|net)/)?[\w/-]*[\w-]\b(?:/[\w-]+|\.[chS]\b)")
_MODELS = re.compile(r"\bModels [^.]*(?:\.[^ \n][^.]*)*")
_QUOTED = re.compile(r"`([\w*]+)`")

_ACTS = {
    "frame_arrives": ("hardware.wire", "hardware.nic", "hardware.arrivals"),
    "fifo_full": ("hardware.nic",),
    "queue_drop": ("hardware.nic", "hardware.rss"),
    "dma_write_back": ("hardware.nic", "hardware.rss"),
    "throttle_expires": ("hardware.msix",),
    "msix_message": ("hardware.msix",),
    "timer_fires": ("linux.kernel.hrtimer", "linux.kernel.tick"),
    "ipi_delivered": ("linux.kernel.sched", "linux.net.core.dev.rps"),
    "sys_enter": ("linux.kernel.entry",),
    "sys_exit": ("linux.kernel.entry",),
    "exit_to_user_mode": ("linux.kernel.entry",),
}
"""Where acts are done that are no functions, or whose file is in assembler."""

_OBJECTS = {
    "flow": ("hardware.arrivals",),
    "frame": ("hardware.wire",),
    "nic": ("hardware.nic",),
    "reta": ("hardware.rss", "hardware.toeplitz"),
    "ntuple_rule": ("hardware.rss",),
    "rx_ring": ("linux.drivers.common",),
    "msix_vector": ("hardware.msix", "linux.drivers.port"),
    "irq_desc": ("linux.kernel.irq",),
    "net_device": ("linux.drivers.port",),
    "napi_struct": ("linux.net.core.dev.napi",),
    "softnet_data": ("linux.net.core.dev.napi", "linux.net.core.dev.rps"),
    "softirqs": ("linux.kernel.softirq",),
    "cpu": ("linux.kernel.sched",),
    "task_struct": ("linux.kernel.sched",),
    "app": ("userspace.thread",),
    "sk_buff": ("linux.include.skbuff",),
    "sock": ("linux.net.core.sock", "linux.net.ipv4.udp"),
    "wait_queue_head": ("linux.kernel.wait",),
    "wait_queue_entry": ("linux.kernel.wait",),
    "eventpoll": ("linux.fs.eventpoll", "linux.fs.epoll_wait"),
    "epitem": ("linux.fs.eventpoll",),
    "packet_sock": ("linux.net.packet.af_packet",),
}
"""Where the behaviour of a recorded class is; its own module holds its fields alone."""


class Told(NamedTuple):
    """What a docstring says: what is modelled, what is simplified, what is left out; sentences, or ""."""

    models: str
    simplified: str
    left_out: str


def told(docstring: str) -> Told:
    """Sort the sentences of a docstring; examples, which are indented, are passed over."""
    cells: tuple[list[str], ...] = ([], [], [])
    for paragraph in docstring.split("\n\n"):
        if paragraph.startswith("    "):
            continue
        column = 0
        for piece in re.split(r"(Simplified:|Left out:)", " ".join(paragraph.split())):
            if piece in _MARKS:
                column = _MARKS[piece]
            elif piece.strip():
                cells[column].append(_sentence(piece.strip()))
    return Told(*(" ".join(cell) for cell in cells))


def _sentence(text: str) -> str:
    """Begin with a capital where the text is prose rather than a path or a symbol."""
    if text[0].islower() and not re.match(r"[\w/]*[/_.]\w", text):
        text = text[0].upper() + text[1:]
    return text.replace("::", ".")


def simplified(drivers: Iterable[str]) -> dict[str, Any]:
    """Return what a host with cards of these drivers simplifies, as plain JSON values; see the module."""
    cards = {*drivers, *NOT_A_CARD}
    modules, of = _all()
    gone = {path for path in modules if path.startswith(DRIVERS) and _stem(path) not in cards}
    kept = {key: [path for path in paths if path not in gone] for key, paths in of.items()}
    return {
        "modules": {path: text for path, text in modules.items() if path not in gone},
        "of": {key: paths for key, paths in kept.items() if paths},
    }


def _stem(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".py")


@cache
def _all() -> tuple[dict[str, dict[str, str]], dict[str, list[str]]]:
    """Return the sentences of every module that has any, and which modules a file, act or class rests on."""
    sentences, named = _said()
    functions = ACTS + fn.FUNCTIONS
    of = _of_files(named, functions)
    user = {info.name: ("userspace.thread",) for info in functions if info.kind == "user"}
    acts = {info.name for info in functions}
    classes = {kind.schema.name for kind in CLASSES}
    objects = {name: names for name, names in _OBJECTS.items() if name in classes}
    known = {name: names for name, names in _ACTS.items() if name in acts}
    for key, names in (known | user | objects).items():
        paths = {_path(f"engine.{one}") for one in names}
        of.setdefault(key, set()).update(paths & sentences.keys())
    used = {path for paths in of.values() for path in paths}
    return (
        {path: text for path, text in sentences.items() if path in used},
        {key: _nearest_first(key, paths) for key, paths in sorted(of.items()) if paths},
    )


def _nearest_first(key: str, paths: set[str]) -> list[str]:
    """Return modules in order, those that bear the name of a file first."""
    return sorted(paths, key=lambda path: (not _is(path.removesuffix(".py"), key), path))


def _said() -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """Return the sentences of the modules that are loaded, and the docstrings of those of the kernel."""
    sentences: dict[str, dict[str, str]] = {}
    kernel: dict[str, str] = {}
    for name in sorted(sys.modules):
        text = (getattr(sys.modules[name], "__doc__", "") or "") if name.startswith(ROOMS) else ""
        if any(mark in text for mark in _MARKS):
            said = told(text)
            sentences[_path(name)] = {"simplified": said.simplified, "left_out": said.left_out}
            if name.startswith("engine.linux."):
                kernel[_path(name)] = text
    return sentences, kernel


def _path(module: str) -> str:
    """Return a module as people look for it: the kernel's below its own tree, others below the engine's."""
    return module.removeprefix("engine.").removeprefix("linux.").replace(".", "/") + ".py"


def _of_files(docstrings: dict[str, str], functions: tuple[FunctionInfo, ...]) -> dict[str, set[str]]:
    """Return which modules stand for a file of the table, or model functions of it; else those of its folder."""
    files = sorted({info.file for info in functions if info.file})
    file_of = {info.name: info.file for info in functions if info.file}
    exact: dict[str, set[str]] = {}
    folder: dict[str, set[str]] = {}
    modelled: dict[str, set[str]] = {}
    for module, text in docstrings.items():
        for path in (module.removesuffix(".py"), *_PATH.findall(text.split("\n\n")[0])):
            for file in files:
                if _is(path, file):
                    exact.setdefault(file, set()).add(module)
                elif file.startswith(f"{path}/"):
                    folder.setdefault(file, set()).add(module)
        for name in _models(text, file_of):
            modelled.setdefault(file_of[name], set()).add(module)
    return {
        file: (exact.get(file) or folder.get(file, set())) | modelled.get(file, set())
        for file in exact.keys() | folder.keys() | modelled.keys()
    }


def _is(path: str, file: str) -> bool:
    """Return whether a path is a file, the same without its suffix or folder, or a part of it."""
    bare = file.rpartition(".")[0]
    return path in (file, bare) or path.startswith(f"{bare}/") or file.endswith(f"/{path}")


def _models(text: str, names: Iterable[str]) -> set[str]:
    """Return the functions of which a docstring says that it models them."""
    symbols = {symbol for sentence in _MODELS.findall(text) for symbol in _QUOTED.findall(sentence)}
    result = symbols & set(names)
    for pattern in symbols:
        if "*" in pattern:
            result |= {name for name in names if fnmatchcase(name, pattern)}
    return result
