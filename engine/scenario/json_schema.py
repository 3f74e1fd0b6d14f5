"""The JSON Schema of the scene file, for editors; `scenes/schema.json` is its text.

It describes what is written, not what it becomes, and allows `${knob}` wherever a value may stand. What one
table says about another (names that must exist, keys that exclude each other) is left to the loader.
"""

import json
from typing import Any, Final

from pydantic.json_schema import GenerateJsonSchema

from engine.scenario.schema import Scene

_KNOB: Final = {"type": "string", "pattern": r"\$\{[^}]*\}"}
_AS_WRITTEN: Final = ("Knob", "Variant")
"""Tables whose values are never filled in from knobs."""
_FIXED: Final = (("Scene", "format"), ("Scene", "knobs"), ("Scene", "variant"))
"""Keys whose values are never filled in from knobs."""


class _Generator(GenerateJsonSchema):
    """Tells the defaults that a file could spell, and leaves out those that exist only after parsing."""

    def default_schema(self, schema: Any) -> dict[str, Any]:
        """Describe a value with its default."""
        described = self.generate_inner(schema["schema"])
        default = schema.get("default")
        kind = schema["schema"]["type"]
        spelled = isinstance(default, str) or (isinstance(default, bool | int) and kind in ("int", "bool"))
        if not spelled or (kind == "int" and default < schema["schema"].get("ge", default)):
            return described
        return {"default": str(default) if isinstance(default, str) else default, **described}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema as plain data, in a fixed order."""
    schema = Scene.model_json_schema(schema_generator=_Generator)
    definitions = schema["$defs"]
    tables = [f"#/$defs/{name}" for name, each in definitions.items() if each["type"] == "object"]
    for name, table in [("Scene", schema), *definitions.items()]:
        table.pop("title")
        for key, each in table.get("properties", {}).items():
            fixed = name in _AS_WRITTEN or (name, key) in _FIXED or each.get("$ref") in tables
            table["properties"][key] = _written(each, knob=not fixed)
    about = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "skbscope scene"}
    return {**about, **schema, "required": ["nic"]}


def _written(schema: dict[str, Any], *, knob: bool) -> dict[str, Any]:
    """Return the schema of a value without null, which TOML lacks, and with a knob where one may stand."""
    inner = {key: value for key, value in schema.items() if key not in ("description", "default", "title")}
    choices = [each for each in inner.pop("anyOf", [inner]) if each != {"type": "null"}]
    if knob and any(_is_single(each) for each in choices):
        choices.append(_KNOB)
    about = {key: schema[key] for key in ("description", "default") if schema.get(key) is not None}
    return about | (choices[0] if len(choices) == 1 else {"anyOf": choices})


def _is_single(choice: dict[str, Any]) -> bool:
    """Return whether a choice is one value that is no free text, so that a knob needs saying."""
    return choice.get("type") not in ("array", "object") and choice != {"type": "string"}


def schema_text() -> str:
    """Return the text of `scenes/schema.json`."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(schema_text(), end="")
