"""Which sysctls can be written, what they take, and which of them the simulated kernel obeys.

The ranges are the kernel's; keys that are not here exist with their default and are not built yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.console.masks import INVALID, MaskError, hex_mask, parse_hex

INT_MIN, INT_MAX = -(1 << 31), (1 << 31) - 1
SOCK_MIN_RCVBUF = 2304
SOCK_MIN_SNDBUF = 4608
RPS_TABLE_MAX = 1 << 29
TABLE_MAX = 1 << 30
QDISCS = ("pfifo_fast", "pfifo", "bfifo", "fq", "fq_codel", "codel", "sfq", "tbf", "mq", "noqueue", "cake")
CONGESTION = ("reno", "cubic")


class SysctlError(ValueError):
    """A value that the kernel refuses; the text is the errno's."""


class Form(StrEnum):
    """How a sysctl's text is read."""

    INT = "int"
    POWER = "power of two"
    ROUNDED = "rounded up to a power of two"
    MASK = "mask"
    TRIPLE = "three integers"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a sysctl takes.

    Attributes:
        low, high: legal values, both included.
        form: how its text is read.
        built: whether the simulated kernel obeys it.
        only: the values it obeys although it takes more; empty for all.
        words: legal words, for `Form.WORD`.
    """

    low: int = INT_MIN
    high: int = INT_MAX
    form: Form = Form.INT
    built: bool = True
    only: tuple[int, ...] = ()
    words: tuple[str, ...] = ()


_FLAG = Rule(0, 255)
_LATER_FLAG = Rule(0, 255, built=False)
_LATER_BIT = Rule(0, 1, built=False)
_LATER_TRIPLE = Rule(1, INT_MAX, Form.TRIPLE, built=False)

RULES: dict[str, Rule] = {
    "net.core.netdev_budget": Rule(),
    "net.core.netdev_budget_usecs": Rule(0),
    "net.core.dev_weight": Rule(1),
    "net.core.dev_weight_rx_bias": Rule(1),
    "net.core.dev_weight_tx_bias": Rule(1),
    "net.core.netdev_max_backlog": Rule(),
    "net.core.gro_normal_batch": Rule(1),
    "net.core.rmem_default": Rule(SOCK_MIN_RCVBUF),
    "net.core.rmem_max": Rule(SOCK_MIN_RCVBUF),
    "net.core.wmem_default": Rule(SOCK_MIN_SNDBUF),
    "net.core.wmem_max": Rule(SOCK_MIN_SNDBUF),
    "net.core.skb_defer_max": Rule(0),
    "net.core.netdev_tstamp_prequeue": Rule(),
    "net.core.flow_limit_cpu_bitmap": Rule(form=Form.MASK),
    "net.core.flow_limit_table_len": Rule(1, form=Form.POWER),
    "net.core.rps_sock_flow_entries": Rule(0, RPS_TABLE_MAX, Form.ROUNDED, only=(0,)),
    "net.core.busy_read": Rule(0, only=(0,)),
    "net.core.busy_poll": Rule(0, only=(0,)),
    "net.core.somaxconn": Rule(0),
    "net.core.optmem_max": Rule(0),
    "net.core.max_skb_frags": Rule(1, 17, built=False),
    "net.core.default_qdisc": Rule(form=Form.WORD, built=False, words=QDISCS),
    "net.ipv4.ip_early_demux": _FLAG,
    "net.ipv4.udp_early_demux": _FLAG,
    "net.ipv4.tcp_early_demux": _FLAG,
    "net.ipv4.udp_rmem_min": Rule(1),
    "net.ipv4.tcp_rmem": _LATER_TRIPLE,
    "net.ipv4.tcp_wmem": _LATER_TRIPLE,
    "net.ipv4.tcp_mem": _LATER_TRIPLE,
    "net.ipv4.udp_mem": Rule(0, INT_MAX, Form.TRIPLE, built=False),
    "net.ipv4.tcp_congestion_control": Rule(form=Form.WORD, built=False, words=CONGESTION),
    "net.ipv4.tcp_syncookies": _LATER_FLAG,
    "net.ipv4.tcp_abort_on_overflow": _LATER_FLAG,
    "net.ipv4.tcp_timestamps": _LATER_FLAG,
    "net.ipv4.tcp_sack": _LATER_FLAG,
    "net.ipv4.tcp_window_scaling": _LATER_FLAG,
    "net.ipv4.tcp_autocorking": _LATER_BIT,
    "net.ipv4.tcp_shrink_window": _LATER_BIT,
    "net.ipv4.tcp_backlog_ack_defer": _LATER_BIT,
    "net.ipv4.tcp_tw_reuse": Rule(0, 2, built=False),
    "net.ipv4.tcp_early_retrans": Rule(0, 4, built=False),
    "net.ipv4.tcp_notsent_lowat": Rule(0, (1 << 32) - 1, built=False),
    "net.ipv4.tcp_min_tso_segs": Rule(1, built=False),
    "net.ipv4.tcp_pacing_ss_ratio": Rule(0, 1000, built=False),
    "net.ipv4.udp_wmem_min": Rule(1, built=False),
    "kernel.sched_rt_runtime_us": Rule(-1, 1_000_000),
}
"""By key; what is not built yet is here for the sake of its refusals."""

READ_ONLY = frozenset(
    {
        "net.core.netdev_rss_key",
        "net.ipv4.tcp_available_congestion_control",
        "net.ipv4.tcp_available_ulp",
        "net.ipv4.tcp_ehash_entries",
        "net.ipv4.udp_hash_entries",
        "kernel.osrelease",
        "kernel.ostype",
    }
)
"""Keys that nobody can write."""


def value_of(key: str, text: str, cpus: int, hz: int) -> int | str:
    """Return the value a write stores: an integer, or the text of a triple or word.

    Raises:
        SysctlError: the kernel refuses it.
    """
    rule = RULES.get(key, Rule(INT_MIN, (1 << 63) - 1))
    match rule.form:
        case Form.MASK:
            try:
                return parse_hex(text, cpus)
            except MaskError as error:
                raise SysctlError(str(error)) from error
        case Form.WORD:
            if text.strip() not in rule.words:
                raise SysctlError("No such file or directory")
            return text.strip()
        case Form.TRIPLE:
            numbers = text.split()
            for number in numbers[:3]:
                _bounded(_integer(number), rule.low, rule.high)
            return "\t".join(numbers[:3])
    low = 2 * (1_000_000 // hz) if key == "net.core.netdev_budget_usecs" else rule.low
    value = _bounded(_integer(text), low, rule.high)
    if rule.form is Form.POWER and value & (value - 1):
        raise SysctlError(INVALID)
    if rule.form is Form.ROUNDED and value > 0:
        return 1 << (value - 1).bit_length()
    return value


def _integer(text: str) -> int:
    digits = text.strip()
    sign = -1 if digits.startswith("-") else 1
    digits = digits.removeprefix("-")
    base = 16 if digits[:2].lower() == "0x" else 8 if digits.startswith("0") else 10
    try:
        if not digits or digits[0] in "+-_ " or "_" in digits:
            raise ValueError(digits)
        return sign * int(digits, base)
    except ValueError:
        raise SysctlError(INVALID) from None


def _bounded(value: int, low: int, high: int) -> int:
    if not low <= value <= high:
        raise SysctlError(INVALID)
    return value


def printed(key: str, value: int, cpus: int) -> str:
    """Return a recorded value as the kernel prints it."""
    if key in ("net.core.flow_limit_cpu_bitmap", "net.core.rps_default_mask"):
        return hex_mask(value, cpus)
    return str(value)


def path_of(key: str) -> str:
    """Return the file of a key below /proc/sys."""
    return "/proc/sys/" + key.replace(".", "/")


def key_of(path: str) -> str:
    """Return the key of a file below /proc/sys."""
    return path.removeprefix("/proc/sys/").replace("/", ".")
