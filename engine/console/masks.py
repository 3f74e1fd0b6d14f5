"""CPU bitmaps as the kernel prints and reads them: hex masks in groups of eight digits, and lists of ranges."""

from __future__ import annotations


class MaskError(ValueError):
    """A bitmap that the kernel refuses; the text is the errno's."""


INVALID = "Invalid argument"
TOO_LARGE = "Value too large for defined data type"
OUT_OF_RANGE = "Numerical result out of range"


def hex_mask(mask: int, cpus: int) -> str:
    """Print a bitmap as `%*pb` does: one digit for four CPUs, a comma every 32."""
    digits = f"{mask:0{(cpus + 3) // 4}x}"
    groups = []
    while len(digits) > 8:
        groups.append(digits[-8:])
        digits = digits[:-8]
    return ",".join([digits, *reversed(groups)])


def cpu_list(mask: int) -> str:
    """Print a bitmap as `%*pbl` does: "0-3,7"."""
    return _ranges(mask, 2)


def taskset_list(mask: int) -> str:
    """Print a bitmap as taskset does: ranges only from three CPUs on ("0,1", "0-2")."""
    return _ranges(mask, 3)


def _ranges(mask: int, shortest: int) -> str:
    parts: list[str] = []
    cpu = 0
    while mask >> cpu:
        if not mask >> cpu & 1:
            cpu += 1
            continue
        first = cpu
        while mask >> cpu & 1:
            cpu += 1
        if cpu - first >= shortest:
            parts.append(f"{first}-{cpu - 1}")
        else:
            parts.extend(str(each) for each in range(first, cpu))
    return ",".join(parts)


def parse_hex(text: str, cpus: int) -> int:
    """Read a hex mask as `bitmap_parse` does.

    Raises:
        MaskError: no hex digits ("Invalid argument"), or a CPU that cannot be ("Value too large ...").
    """
    mask = 0
    for group in text.strip().split(","):
        digits = group.strip()
        if any(digit not in "0123456789abcdefABCDEF" for digit in digits):
            raise MaskError(INVALID)
        if len(digits) > 8 and int(digits, 16) >> 32:
            raise MaskError(TOO_LARGE)
        mask = mask << 32 | int(digits or "0", 16)
    if mask >> cpus:
        raise MaskError(TOO_LARGE)
    return mask


def parse_list(text: str, cpus: int) -> int:
    """Read a list of CPUs as `bitmap_parselist` does.

    Raises:
        MaskError: not a list ("Invalid argument"), or a CPU that cannot be ("Numerical result out of range").
    """
    mask = 0
    for part in text.strip().split(","):
        span, _, stride = part.strip().partition(":")
        low, dash, high = span.partition("-")
        numbers = [low, high or low, stride or "1"]
        if not all(number.isdecimal() for number in numbers) or (dash and not high):
            raise MaskError(INVALID)
        first, last, every = (int(number) for number in numbers)
        if first > last or every == 0:
            raise MaskError(INVALID)
        if last >= cpus:
            raise MaskError(OUT_OF_RANGE)
        for cpu in range(first, last + 1, every):
            mask |= 1 << cpu
    return mask
