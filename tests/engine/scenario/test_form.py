"""The form: every field can be written back through its path, and nothing of it is listed by hand."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.scenario.document import SceneDocument, load
from engine.scenario.edit import with_value
from engine.scenario.errors import Refused
from engine.scenario.form import FormField, form, knobs
from engine.scenario.host import Scale
from engine.scenario.overrides import found
from engine.scenario.schema import Scene
from engine.scenario.shape import KeyKind, key_at, keys_of, table_at
from engine.scenario.templates import templates
from tests.engine.scenario.samples import changed, sample

SCENES = sorted(entry.name for entry in files("scenes").iterdir() if entry.name.endswith(".toml"))
TEMPLATES = {each.name: each.text for each in templates()}


@cache
def packaged(name: str) -> SceneDocument:
    if name in TEMPLATES:
        return load(TEMPLATES[name], name=name)
    return load((files("scenes") / name).read_text(encoding="utf-8"), name=name)


def fields(document: SceneDocument) -> dict[str, FormField]:
    return {field.path: field for group in form(document) for field in group.fields}


def at(document: SceneDocument, path: str) -> object:
    """Return what stands at a path."""
    node: object = document.data
    for key in found(dict(document.data), path):
        node = node.get(key) if isinstance(node, dict) else node[key]  # type: ignore[index]
    return node


def test_groups_come_in_the_order_of_the_path() -> None:
    titles = [group.title for group in form(packaged("busy"))]
    assert titles == [
        *("Scene", "NIC eth0", "Host", "Socket desk 0.0.0.0:9000", "Socket ticker 239.1.1.1:9001"),
        *("Program desk", "Program ticker", "Program batch", "Flow orders", "Flow ticks", "Script"),
    ]
    assert [group.path for group in form(packaged("busy"))][1:4] == ["nic.eth0", "host", "app.desk.listen.0"]


@pytest.mark.parametrize("name", [*SCENES, *TEMPLATES])
def test_every_value_stands_at_its_path_and_can_be_written_back(name: str) -> None:
    document = packaged(name)
    every = fields(document)
    assert len(every) == sum(len(group.fields) for group in form(document))
    for field in every.values():
        if field.path.partition(".")[0] in document.data or field.value is not None:
            assert at(document, field.path) == field.value
        if field.value is not None:
            assert with_value(document, field.path, field.value).data == document.data
        assert field.meaning
        assert not field.meaning.endswith("Not built yet.")


@settings(deadline=None, max_examples=60)
@given(st.data(), st.sampled_from([*SCENES, *TEMPLATES]))
def test_a_choice_is_taken_or_refused_for_a_reason(data: st.DataObject, name: str) -> None:
    document = packaged(name)
    chosen = [field for field in fields(document).values() if field.choices]
    field = data.draw(st.sampled_from(chosen))
    value = data.draw(st.sampled_from(field.choices))
    refused = ""
    try:
        after = with_value(document, field.path, value)
    except Refused as error:  # it does not fit what else the scene says
        refused = str(error)
    assert "not built" not in refused
    assert "must be one of" not in refused
    if refused:
        return
    if not field.path.endswith(".name"):
        assert fields(after)[field.path].value == value


def test_a_field_says_what_holds_where_the_file_is_silent() -> None:
    every = fields(sample())
    assert (every["nic.eth0.speed"].value, every["nic.eth0.speed"].default) == (None, "10G")
    assert every["nic.eth0.queues"].default == 2  # a queue a CPU, and the CPUs are a knob
    assert (every["host.cpus"].value, every["host.cpus"].default) == ("${cpus}", 4)
    assert every["host.hz"].choices == (100, 250, 300, 1000)
    assert (every["app.feed.read"].default, every["app.feed.read"].choices) == ("drain", ("drain", "one"))
    assert (every["flow.md.start"].kind, every["flow.md.start"].default) == ("time", "0ns")
    assert every["app.feed.listen.0.rcvbuf"].unit_hint == "64KiB"
    assert every["flow.md.burst.frames"].label == "burst.frames"
    assert (every["flow.noise.burst"].kind, every["flow.noise.burst"].value) == ("table", None)
    assert every["flow.md.nic"].choices == ("eth0",)
    assert every["at.0.run"].label == "at[0].run"
    assert "at.0.app" not in every


def test_what_is_not_built_is_not_offered() -> None:
    every = fields(sample())
    for path in (
        "nic.eth0.peer",
        "nic.eth0.limits",
        "flow.md.encap",
        "flow.md.fault",
        "app.feed.xsk",
        "bpf",
        "race",
    ):
        assert path not in every
    assert "virtio_net" not in every["nic.eth0.driver"].choices
    assert "busy-poll" not in every["app.feed.wait"].choices
    assert {"igb", "ixgbe", "legacy"} == set(every["nic.eth0.driver"].choices)


def test_odd_names_have_paths_too() -> None:
    text = changed('name = "noise"', 'name = "a.b c"').replace('name = "md"', "name = 'it\"s'")
    document = load(
        text.replace("flows.md.lost", "packets.offered").replace("flows.md.latency", "flows.x.latency")
    )
    every = fields(document)
    assert every['flow."a.b c".rate'].value == "250kpps"
    assert every["flow.'it\"s'.count"].value == 1000
    assert (
        with_value(document, 'flow."a.b c".rate', "1Mpps").scene.flow[1].rate != document.scene.flow[1].rate
    )


def test_knobs_are_ready_for_sliders() -> None:
    first, second = knobs(sample())
    assert tuple(first) == ("frames", "frames", "knobs.frames", 300, 1, 1000, Scale.LINEAR, True)
    assert (second.low, second.high, second.whole) == (None, None, True)
    assert knobs(with_value(sample(), first.path, 17))[0].value == 17
    text = '[knobs]\nshare = { value = 0.5, range = [0, 1], label = "a share" }\nrate = { value = "1Mpps" }\n'
    share, rate = knobs(load(text + '[[nic]]\nname = "e"\ndriver = "igb"\naddress = "10.0.0.2/24"\n'))
    assert (share.label, share.value, share.whole, rate.value, rate.whole) == (
        "a share",
        0.5,
        False,
        "1Mpps",
        False,
    )


def test_the_shape_is_the_models_own() -> None:
    assert [key.name for key in keys_of(Scene)] == list(Scene.model_fields)
    assert [key.name for key in table_at("variant", "at")] == [key.name for key in table_at("at")]
    assert table_at("knobs", "anything")[0].name == "value"
    assert table_at("host", "costs") == table_at("title") == table_at("nonsense") == ()
    assert key_at("host", "nonsense") is None
    assert [key.name for key in table_at("nic") if key.required] == ["name", "driver", "address"]
    assert [key.name for key in keys_of(Scene) if key.required] == ["nic"]
    schema = json.loads((files("scenes") / "schema.json").read_text(encoding="utf-8"))
    for key in table_at("app"):
        assert key.meaning == schema["$defs"]["App"]["properties"][key.name]["description"]
    kinds = {key.name: key.kind for key in table_at("flow")}
    assert kinds["rate"] is KeyKind.RATE
    assert kinds["stop"] is KeyKind.TIME
    assert kinds["burst"] is KeyKind.TABLE
