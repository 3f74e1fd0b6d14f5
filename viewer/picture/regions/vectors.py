"""The adapter's interrupt vectors: lamp and throttle; closer up who takes them, and their registers."""

from __future__ import annotations

from dataclasses import dataclass

from viewer.picture.items import Align, Kind, Run, Thing
from viewer.picture.layer import Rect, Sketch, mono
from viewer.picture.level import Level
from viewer.picture.regions.common import Lamp, lamp, note, throttle_arc
from viewer.picture.words import micros
from viewer.theme.fonts import Face, Type
from viewer.theme.tokens import Role

MOST_VECTORS = 6
PITCH = 26.0


@dataclass(frozen=True, slots=True)
class Vector:
    """An interrupt vector.

    Attributes:
        name: short name, ``TxRx-0``.
        uid: its number in the timeline.
        lamp: armed, fired or masked.
        left_ns: until it may fire again; 0 when it may now.
        gap_ns: its throttle (EITR), 0 for none.
        fired: messages sent.
        cpu: who takes it, None when not known.
        irq: Linux interrupt number, None when not known.
        enabled: its bit in EIMS, None for an interrupt line without one.
        label: its whole name, ``eth0-TxRx-0``; "" where only the short one is known.
    """

    name: str
    uid: int
    lamp: Lamp
    left_ns: int
    gap_ns: int
    fired: int
    cpu: int | None = None
    irq: int | None = None
    enabled: bool | None = None
    label: str = ""

    @property
    def thing_name(self) -> str:
        """What it is called where it is selected: its whole name, if known."""
        return self.label or self.name

    def words(self) -> str:
        """Its state."""
        if self.lamp is Lamp.MASKED:
            return "masked"
        if self.lamp is Lamp.FIRED:
            return "fired"
        return f"{micros(self.left_ns)} µs" if self.left_ns > 0 else "armed"

    def fields(self) -> tuple[tuple[str, str], ...]:
        """Names and values of what is known of it in registers and in Linux."""
        rows = [] if self.irq is None else [("irq", str(self.irq))]
        rows += [] if self.cpu is None else [("CPU", str(self.cpu))]
        rows.append(("EITR", f"{micros(self.gap_ns).removesuffix('.0')} µs"))
        rows += [] if self.enabled is None else [("EIMS", str(int(self.enabled)))]
        return (*rows, ("fired", str(self.fired)))


def vectors_title(vectors: tuple[Vector, ...], nic: str) -> str:
    """What the interrupts are, and their throttle where the queues' vectors have one in common."""
    queues = [vector for vector in vectors if vector.name != nic]
    gaps = {vector.gap_ns for vector in queues}
    if vectors and not queues:
        return "INTERRUPT"  # one line for everything
    return (
        f"MSI-X · ITR {micros(gaps.pop()).removesuffix('.0')} µs" if len(gaps) == 1 and max(gaps) else "MSI-X"
    )


def draw_vectors(
    sketch: Sketch, vectors: tuple[Vector, ...], nic: str, rect: Rect, y: float, bottom: float, level: Level
) -> float:
    """The vectors from a height down to another; returns where they end."""
    title = Run(vectors_title(vectors, nic), Type.MICRO, Face.CAPS, Role.TEXT_TERTIARY, 600).at(level)
    sketch.write(rect.x + 16.0, y, title)
    room = max(1, int((bottom - y - 20.0) // PITCH))
    shown = vectors[: min(room, MOST_VECTORS)]
    for place, vector in enumerate(shown):
        _vector(sketch, vector, rect, y + 24.0 + place * PITCH, level)
    more = len(vectors) - len(shown)
    if more > 0:
        sketch.write(rect.right - 14.0, y, note(f"+{more}").at(level), align=Align.RIGHT)
    return y + 24.0 + len(shown) * PITCH


def _vector(sketch: Sketch, vector: Vector, rect: Rect, row: float, level: Level) -> None:
    state = vector.words()
    where = "" if vector.cpu is None else f", taken by CPU {vector.cpu}"
    sentence = f"Vector {vector.name}: {state}, {vector.fired} interrupts{where}."
    with sketch.thing(Thing(Kind.VECTOR, vector.thing_name, vector.uid, sentence)):
        sketch.box(Rect(rect.x + 12.0, row - 12.0, rect.w - 24.0, 24.0))
        lamp(sketch, rect.x + 24.0, row, vector.lamp)
        armed = vector.lamp is not Lamp.MASKED
        high = row if level is Level.OVERVIEW else row - 5.5
        name = mono(vector.name, Role.TEXT if armed else Role.TEXT_SECONDARY, Type.BODY).at(level)
        sketch.write(rect.x + 40.0, high, name, middle=True)
        sketch.write(rect.right - 36.0, high, note(state).at(level), align=Align.RIGHT, middle=True,
                     room=rect.w - 84.0 - name.width())  # fmt: skip
        share = vector.left_ns / vector.gap_ns if vector.gap_ns > 0 else 0.0
        throttle_arc(sketch, rect.right - 22.0, row, 7.0, share)
        if level.slots:
            _registers(sketch, vector, rect, row + 6.0, level)


def _registers(sketch: Sketch, vector: Vector, rect: Rect, y: float, level: Level) -> None:
    """Who takes it and how often it fired; as fields, each with its name."""
    left, right = rect.x + 40.0, rect.right - 36.0
    if not level.fields:
        cpu = "" if vector.cpu is None else f"CPU {vector.cpu}"
        taken = note(cpu).at(level)
        sketch.write(left, y, taken, middle=True)
        gap = f"of {micros(vector.gap_ns).removesuffix('.0')} µs" if vector.left_ns and vector.gap_ns else ""
        if gap:
            sketch.write(right, y, note(gap).at(level), align=Align.RIGHT, middle=True,
                         room=right - left - taken.width() - 4.0)  # fmt: skip
        return
    x = left
    for name, value in vector.fields():
        label = mono(f"{name} ", Role.TEXT_TERTIARY, Type.MICRO).at(level)
        number = mono(value, Role.TEXT, Type.MICRO, 600).at(level)
        width = label.width() + number.width()
        if x + width > right:
            break
        sketch.write(x, y, label, number, middle=True)
        x += width + 5.0
