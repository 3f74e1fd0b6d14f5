"""The JSON Schema is current, and says of scenes what the loader says."""

import json
import tomllib
from importlib.resources import files

import jsonschema  # type: ignore[import-untyped]  # its stubs are a package of their own
import pytest

from engine.scenario.json_schema import json_schema, schema_text
from tests.engine.scenario.samples import CONTRACT, SCENE, changed


def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json_schema())


def test_the_committed_schema_is_current() -> None:
    """If not: `python -m engine.scenario.json_schema > scenes/schema.json`."""
    assert json.loads((files("scenes") / "schema.json").read_text(encoding="utf-8")) == json.loads(
        schema_text()
    )


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("text", [SCENE, CONTRACT])
def test_it_describes_the_whole_format_also_what_is_not_built(text: str) -> None:
    assert [error.message for error in validator().iter_errors(tomllib.loads(text))] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"ixgbe"', '"ixgb"'),
        ('driver = "ixgbe"', 'drvier = "ixgbe"'),
        ('rate = "250kpps"', 'rate = "250"'),
        ('stop = "1ms"', 'stop = "1"'),
        ("frame = 0x80", "frame = 59"),
        ('["EPOLLET"]', '["EPOLLE"]'),
        ('cpus = "${cpus}"', 'cpus = "4"'),
        ("flips = true", 'flips = "yes"'),
    ],
)
def test_it_refuses_what_the_loader_refuses(old: str, new: str) -> None:
    assert list(validator().iter_errors(tomllib.loads(changed(old, new))))


def test_every_key_is_explained() -> None:
    schema = json_schema()
    tables = [schema, *(each for each in schema["$defs"].values() if each["type"] == "object")]
    unexplained = [
        (table["description"], key)
        for table in tables
        for key, each in table["properties"].items()
        if not each.get("description")
    ]
    assert unexplained == []
