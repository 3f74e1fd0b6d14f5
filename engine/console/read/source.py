"""The simulated host as the tools see it: objects of the timeline at the moment of a cursor.

Classes and fields are asked for by the kernel's names; nothing here knows how they came about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.console.kernels import sysctl_defaults
from engine.console.sysctls import RULES, printed
from engine.timeline.cursor import Cursor
from engine.timeline.schema import ClassSchema
from engine.timeline.timeline import Timeline
from engine.timeline.views import Value


class UnknownValueError(ValueError):
    """A tool would print a number that an imported trace does not know."""


@dataclass(frozen=True, slots=True)
class Row:
    """One object at the moment.

    Attributes:
        uid: its number.
        name: its name, "" for none.
        parent: uid of what it belongs to.
        fields: its values by field name.
        schema: what its fields are.
    """

    uid: int
    name: str
    parent: int
    fields: Mapping[str, Value]
    schema: ClassSchema | None = None

    def flags(self, field: str) -> frozenset[str]:
        """Return the names of the bits that are set in a field of flags."""
        schemas = self.schema.fields if self.schema else ()
        names = next((each.names for each in schemas if each.name == field), ())
        bits = self.get(field)
        return frozenset(name for position, name in enumerate(names) if bits >> position & 1)

    def __getitem__(self, field: str) -> int:
        return self.get(field, None)

    def get(self, field: str, default: int | None = 0) -> int:
        """Return a field's value, or the default when the class has no such field.

        Raises:
            UnknownValueError: a trace that does not know it.
            KeyError: no such field, and no default.
        """
        value = self.fields.get(field, default)
        if value is None:
            raise KeyError(field)
        if isinstance(value, int):
            return int(value)
        raise UnknownValueError(f"{self.name or self.uid} {field}")


RSS_KEY_LENGTH = 52
NO_ROW = Row(0, "", 0, {})


class Host:
    """The host at a moment.

    Attributes:
        facts: what does not change in the run (`timeline.facts`).
        kernel: version, such as "6.18".
        cpus: number of CPUs.
        now: simulated nanoseconds.
    """

    def __init__(self, cursor: Cursor, timeline: Timeline, time: int | None = None) -> None:
        """Look at the host where the cursor stands; `time`, if given, lies between that step and the next."""
        self.cursor = cursor
        self.timeline = timeline
        self.now = int(cursor.time) if time is None else time
        self.facts = timeline.facts
        self._rows: dict[str, list[Row]] = {}
        self.kernel = str(self.facts.get("kernel", "6.18"))
        self.cpus = int(self.facts.get("cpus", 0)) or len(self.rows("cpu")) or 1
        self.hz = int(self.facts.get("hz", 250))

    @property
    def release(self) -> str:
        """What `uname -r` prints."""
        return str(self.facts.get("release", f"{self.kernel}.0"))

    @property
    def hostname(self) -> str:
        """What `uname -n` prints."""
        return str(self.facts.get("hostname", "skbscope"))

    def rows(self, class_name: str) -> list[Row]:
        """Return the living objects of a class in order of birth; none if the class is not recorded."""
        if class_name not in self._rows:
            recorded = any(schema.name == class_name for schema in self.timeline.classes)
            uids = self.cursor.alive(class_name).tolist() if recorded else []
            self._rows[class_name] = [self.row(uid) for uid in uids]
        return self._rows[class_name]

    def row(self, uid: int) -> Row:
        """Return an object."""
        info = self.timeline.object(uid)
        return Row(uid, str(info.name), int(info.parent), self.cursor.fields(uid), info.cls)

    def one(self, class_name: str) -> Row:
        """Return the only object of a class, an empty one if there is none."""
        rows = self.rows(class_name)
        return rows[0] if rows else NO_ROW

    def text(self, name: int) -> str:
        """Return a row of the string table."""
        names = self.timeline.names
        return str(names[name]) if 0 < name < len(names) else ""

    def per_cpu(self, class_name: str, key: str) -> dict[int, Row]:
        """Return the objects of a class by CPU number."""
        return {row[key]: row for row in self.rows(class_name)}

    @cached_property
    def sysctl_row(self) -> Row:
        """Return the recorded sysctls."""
        return self.one("sysctl")

    def sysctl(self, key: str) -> str | None:
        """Return a sysctl as the kernel prints it, None when there is no such key."""
        own = {"kernel.hostname": self.hostname, "kernel.osrelease": self.release, "kernel.ostype": "Linux"}
        if key == "net.core.netdev_rss_key":
            return self._rss_key()
        default = own.get(key) or sysctl_defaults(self.kernel).get(key)
        if default is None:
            return None
        rule = RULES.get(key)
        field = key.rpartition(".")[2]
        if rule is not None and rule.built and field in self.sysctl_row.fields:
            return printed(key, self.sysctl_row[field], self.cpus)
        if key in ("net.core.rps_default_mask", "net.core.flow_limit_cpu_bitmap"):
            return printed(key, int(default, 16), self.cpus)
        return str(self.facts.get("defaults", {}).get(key, default))

    def _rss_key(self) -> str:
        """Return the shared hash key, 52 bytes: the facts' `rss_key`, else what the cards took of it."""
        cards = [self.text(row.get("rss_key")) for row in self.rows("nic")]
        known = str(self.facts.get("rss_key") or next((card for card in cards if card), ""))
        shown = known.split(":") if known else []
        return ":".join([*shown, *["00"] * (RSS_KEY_LENGTH - len(shown))])

    def sysctl_keys(self) -> list[str]:
        """Return all keys in the order of `sysctl -a`."""
        own = ["kernel.hostname", "kernel.osrelease", "kernel.ostype"]
        return own + list(sysctl_defaults(self.kernel))
