"""What every table of the scene file shares: strictness, and values with units and addresses.

The models are checked as JSON is: no string becomes a number by itself, no unknown key passes, nothing can be
changed afterwards. A key whose feature does not exist yet is typed like the others, so that the JSON Schema
describes it, and refused by `not_built`.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from ipaddress import AddressValueError, IPv4Address, IPv4Interface
from typing import Annotated, Any, Final, TypeAlias, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
)
from pydantic_core import CoreSchema, core_schema

from engine.scenario.errors import Refused, listed, nearest_name
from engine.scenario.moment import Moment, parse_moment
from engine.scenario.units import (
    PlaySpeed,
    Rate,
    parse_link_speed,
    parse_play_speed,
    parse_rate,
    parse_size,
    parse_time,
)

E = TypeVar("E", bound=StrEnum)

NOT_BUILT: Final = "not built yet"


class Table(BaseModel):
    """A table of the scene file: strict, closed and immutable."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, use_attribute_docstrings=True)


@dataclass(frozen=True)
class Endpoint:
    """An IPv4 address with a port; as text `10.0.0.14:5001`."""

    address: IPv4Address
    port: int

    def __str__(self) -> str:
        return f"{self.address}:{self.port}"


def not_built(now: str = "") -> BeforeValidator:
    """Return a check that refuses any value but an empty list: the feature of this key does not exist yet.

    Args:
        now: What works today instead, if that helps.
    """

    def refuse(value: object) -> object:
        if value == []:
            return ()
        raise Refused(f"{NOT_BUILT} (now: {now})" if now else NOT_BUILT)

    return BeforeValidator(refuse)


def one_of(names: type[E], later: Collection[E] = ()) -> BeforeValidator:
    """Return a check for one name of a closed set, telling names not built yet from wrong ones.

    Args:
        names: Every name the scene file knows.
        later: Those whose feature does not exist yet.
    """
    built = [name.value for name in names if name not in later]

    def check(value: object) -> E:
        if value not in [name.value for name in names]:
            if not isinstance(value, str):
                raise Refused(f"must be a string, one of {listed(names)}")
            raise Refused(f"must be one of {listed(names)}", nearest=nearest_name(value, names))
        if value not in built:
            raise Refused(f"{NOT_BUILT} (now: {listed(built)})")
        return names(value)

    return BeforeValidator(check)


def _address(text: str) -> IPv4Address:
    """Return an IPv4 address, or refuse the text."""
    try:
        return IPv4Address(text)
    except AddressValueError as error:
        raise Refused(f"must hold an IPv4 address such as 10.0.0.14; {error}") from error


def parse_endpoint(value: object) -> Endpoint:
    """Return address and port; an empty address or `*` is any address, as in `:9000`.

    Raises:
        Refused: Not an IPv4 address with a port of 1 to 65535.
    """
    if not isinstance(value, str) or ":" not in value:
        raise Refused("must be an IPv4 address and a port, such as 10.0.0.14:5001")
    host, _, port = value.rpartition(":")
    if re.fullmatch(r"[0-9]{1,5}", port) is None or not 0 < int(port) < 65536:
        raise Refused("the port must be a number from 1 to 65535")
    return Endpoint(IPv4Address(0) if host in ("", "*") else _address(host), int(port))


def parse_interface(value: object) -> IPv4Interface:
    """Return an address with its prefix length, as `ip addr add` takes it.

    Raises:
        Refused: Not an address with a prefix of 0 to 32.
    """
    match = re.fullmatch(r"([^/]+)/([0-9]{1,2})", value) if isinstance(value, str) else None
    if match is None or int(match[2]) > 32:
        raise Refused("must be an IPv4 address with a prefix length, such as 10.0.0.2/24")
    return IPv4Interface((_address(match[1]), int(match[2])))


def parse_rss_key(value: object) -> bytes:
    """Return an RSS hash key as `ethtool -x` prints it: 40 bytes in hexadecimal with colons.

    Raises:
        Refused: Another length or other characters.
    """
    if not isinstance(value, str) or re.fullmatch(r"[0-9a-fA-F]{2}(:[0-9a-fA-F]{2})*", value) is None:
        raise Refused("must be bytes in hexadecimal with colons, such as 6d:5a:...")
    key = bytes.fromhex(value.replace(":", ""))
    if len(key) != 40:
        raise Refused(f"must be 40 bytes, not {len(key)}")
    return key


def parse_probability(value: object) -> Fraction:
    """Return a probability as the exact fraction that its decimal text means.

    Raises:
        Refused: Not a number from 0 to 1.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise Refused("must be a number from 0 to 1")
    return Fraction(str(value))


def relative_path(value: str) -> str:
    """Check that a file name stays below the scene's folder.

    Raises:
        Refused: Empty, absolute, or with a step upwards.
    """
    parts = re.split(r"[/\\]", value)
    if not value or ".." in parts or parts[0] == "" or re.match(r"[A-Za-z]:", value):
        raise Refused("must be a path below the scene's folder or the bundled assets, without ..")
    return value


@dataclass(frozen=True)
class Written:
    """Metadata of a field whose value is written as text and parsed into something better.

    Attributes:
        parse: From what the file holds to the value; raises `Refused`.
        schema: The JSON Schema of what the file holds.
    """

    parse: Callable[[object], object]
    schema: dict[str, Any] = field(hash=False)

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validate with `parse` alone."""
        return core_schema.no_info_plain_validator_function(self.parse)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Describe what is written, not what it becomes."""
        return dict(self.schema)


def text(pattern: str, *examples: str) -> dict[str, Any]:
    """Return the JSON Schema of a string with a pattern."""
    schema: dict[str, Any] = {"type": "string", "pattern": pattern}
    return {**schema, "examples": list(examples)} if examples else schema


_NUMBER = r"[0-9][0-9_]*(\.[0-9]+)? ?"

TIME_SCHEMA: Final = text(rf"^{_NUMBER}(ns|us|µs|μs|ms|s)$", "120us", "1.5ms")
RATE_SCHEMA: Final = text(rf"^(line|{_NUMBER}([kM]?pps|[kMG]?bps|[kM]?/s))$", "250kpps", "1.6Gbps", "line")
SIZE_SCHEMA: Final = {
    "anyOf": [{"type": "integer", "minimum": 0}, text(rf"^{_NUMBER}(B|KiB|MiB|GiB)?$", "64KiB")]
}  # fmt: skip

Time: TypeAlias = Annotated[int, Written(parse_time, TIME_SCHEMA)]
"""A time in nanoseconds."""
RateText: TypeAlias = Annotated[Rate, Written(parse_rate, RATE_SCHEMA)]
Size: TypeAlias = Annotated[int, Written(parse_size, SIZE_SCHEMA)]
"""A size in bytes."""
LinkSpeed: TypeAlias = Annotated[int, Written(parse_link_speed, text(rf"^{_NUMBER}[MG](bps)?$", "10G"))]
"""The speed of a link in bits a second."""
PlaySpeedText: TypeAlias = Annotated[
    PlaySpeed, Written(parse_play_speed, text("^[^=]+=[^=]+$", "1us = 0.4s"))
]
MomentText: TypeAlias = Annotated[
    Moment,
    Written(
        parse_moment, {"type": "string", "examples": ["1.25ms", "#1234", "first drop", "chapter:2", "end"]}
    ),
]
EndpointText: TypeAlias = Annotated[
    Endpoint, Written(parse_endpoint, text(r"^[0-9.*]*:[0-9]{1,5}$", "10.0.0.14:5001"))
]
InterfaceText: TypeAlias = Annotated[
    IPv4Interface, Written(parse_interface, text("^[0-9.]+/[0-9]{1,2}$", "10.0.0.2/24"))
]
RssKey: TypeAlias = Annotated[bytes, Written(parse_rss_key, text("^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){39}$"))]
Probability: TypeAlias = Annotated[
    Fraction, Written(parse_probability, {"type": "number", "minimum": 0, "maximum": 1})
]
BelowScene: TypeAlias = Annotated[str, AfterValidator(relative_path)]
"""A file below the scene's folder or among the bundled assets."""
