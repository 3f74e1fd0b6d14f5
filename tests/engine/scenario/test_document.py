"""Loading, knobs, variants and settings, and the errors that name who wrote what."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.scenario.document import load, resolution, resolve
from engine.scenario.errors import Refused, SceneError
from engine.scenario.schema import Kernel
from tests.engine.scenario.samples import CONTRACT, SCENE, changed, line, sample


def test_a_file_is_its_text(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_bytes(SCENE.replace("\n", "\r\n").encode())
    document = load(file)
    assert document.text == SCENE.replace("\n", "\r\n")
    assert (document.name, document.folder) == (str(file), tmp_path)
    assert document.scene == sample().scene.model_copy(update={"setup": document.scene.setup})


def test_an_error_names_file_line_key_value_and_what_is_allowed(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text(changed('"ixgbe"', '"ixgb"'), encoding="utf-8")
    with pytest.raises(SceneError) as caught:
        load(file)
    error = caught.value
    assert str(error) == (
        f'{file}:{line(SCENE, "ixgbe")}: nic[0].driver = "ixgb": '
        'must be one of igb, ixgbe, mlx5_core, virtio_net, veth, legacy (did you mean "ixgbe"?)'
    )
    assert (error.path, error.value, error.nearest) == (("nic", 0, "driver"), '"ixgb"', "ixgbe")


@pytest.mark.parametrize(
    ("text", "where", "says"),
    [
        ("", "s.toml", "at least one [[nic]]"),
        ("title = \n", "s.toml:1", "not TOML: Invalid value"),
        ('title = "x\n', "s.toml:1", "not TOML"),
        ("a = 1\na = 2\n", "s.toml:2", "Cannot overwrite"),
        ('[[nic]]\nname = "eth0', "s.toml:2", "the file ends here"),
        ("seed = 2026-01-01\n", "s.toml:1", "no dates"),
        ("x = [1, nan]\n", "s.toml:1", "finite"),
        (f"seed = {1 << 64}\n", "s.toml:1", "64 bits"),
        ("seed = " + "9" * 5000, "s.toml", "not TOML"),
        ("x = " + "[" * 5000, "s.toml", "nested too deeply"),
        ("nic = 3", "s.toml:1", "must be an array"),
        ("nic = [3]", "s.toml:1", "must be a table"),
        ("flow = {}", "s.toml:1", "must be an array"),
        ("knobs = 3", "s.toml:1", "must be a table"),
        ("variant = [{}]\n", "s.toml:1", "missing"),
    ],
)
def test_broken_files(text: str, where: str, says: str) -> None:
    with pytest.raises(SceneError) as caught:
        load(text, name="s.toml")
    assert str(caught.value).startswith(f"{where}: ")
    assert says in str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SceneError, match="no such file"):
        load(tmp_path / "none.toml")
    with pytest.raises(SceneError, match="is a directory"):
        load(tmp_path)
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b'title = "x"\nquestion = "\xe9"\n')
    with pytest.raises(SceneError, match=r"latin.toml:2: not UTF-8: byte 0xe9"):
        load(latin)


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=len(CONTRACT)), st.sampled_from([SCENE, CONTRACT]))
def test_a_truncated_file_is_a_scene_or_one_error(length: int, text: str) -> None:
    try:
        document = load(text[:length], name="s.toml")
    except SceneError as error:
        sentence = str(error)
    else:
        sentence = ""
        assert document.scene.nic
    assert not sentence or (sentence.startswith("s.toml") and "\n" not in sentence)


def test_a_misspelt_key_outranks_what_it_leaves_missing() -> None:
    with pytest.raises(SceneError, match="unknown key"):
        load(SCENE.replace("source =", "sorce =").replace("title ", "titel "), name="s.toml")


def test_knobs_stand_in_any_string() -> None:
    scene = sample().scene
    assert scene.question == "How many polls for 300 frames?"
    assert scene.setup == "ethtool -G eth0 rx 512\nsysctl -w net.core.netdev_budget=300\n"
    assert scene.host.cpus == 2


@pytest.mark.parametrize(
    ("name", "says"),
    [("frame", 'did you mean "frames"?'), ("", "unknown knob"), ("x y", "unknown knob")],
)
def test_an_unknown_knob(name: str, says: str) -> None:
    with pytest.raises(SceneError) as caught:
        load(changed("${frames} frames", "${" + name + "} frames"), name="s.toml")
    assert str(caught.value).startswith("s.toml:3: question = ")
    assert says in str(caught.value)


def test_an_open_knob() -> None:
    with pytest.raises(SceneError, match="not closed"):
        load(changed("${frames} frames", "${frames"), name="s.toml")


def test_a_knob_is_spelled_as_toml_spells_it() -> None:
    text = changed("cpus = { value = 2 }", "on = { value = true }, cpus = { value = 2 }")
    assert (
        load(text.replace("${frames} frames", "${on} ${cpus}")).scene.question == "How many polls for true 2?"
    )


def test_a_variant_changes_the_scene() -> None:
    document = sample()
    scene = resolve(document, "control")
    assert document.variants == ("control",)
    assert scene.nic[0].queues == 1
    assert scene.question == "How many polls for 64 frames?"
    assert scene.setup.split("\n") == [
        "ethtool -G eth0 rx 512",
        "sysctl -w net.core.netdev_budget=64",
        "",
        "sysctl -w net.core.dev_weight=32",
        "ethtool -K eth0 gro off",
    ]
    assert [(each.time, each.run) for each in scene.at] == [
        (700_000, "sysctl -w net.core.netdev_budget=600"),
        (1_000_000, "ethtool -C eth0 rx-usecs 0"),
    ]
    assert resolve(document) == document.scene == sample().scene


def test_an_unknown_variant_lists_those_there_are() -> None:
    with pytest.raises(
        SceneError, match=r'unknown variant "contrl"; known: control \(did you mean "control"\?\)'
    ):
        resolve(sample(), "contrl")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"knobs.frames" = 64', '"knobs.frame" = 64', 'variant[0].set."knobs.frame": unknown knob "frame"'),
        ('"knobs.frames" = 64', '"knobs.frames" = 0', 'variant[0].set."knobs.frames" = 0: must be within'),
        ('"nic.eth0.queues" = 1', '"nic.eth1.queues" = 1', 'unknown nic "eth1"; known: eth0'),
        ('"nic.eth0.queues" = 1', '"nic.eth0.queues" = 64', "64: ixgbe has at most 63"),
        ('"nic.eth0.queues" = 1', '"nic.eth0.queue" = 1', 'did you mean "queues"?'),
        ('at = [{ time = "1ms"', 'at = [{ time = "1"', 'variant[0].at[0].time = "1": a time needs a unit'),
        ("ethtool -K eth0 gro off", "${gro}", 'unknown knob "gro"'),
    ],
)
def test_a_broken_variant_is_found_on_loading_and_at_its_own_line(old: str, new: str, says: str) -> None:
    text = changed(old, new)
    with pytest.raises(SceneError) as caught:
        load(text, name="s.toml")
    at_fault = line(text, new) if "${gro}" not in new else line(text, "ethtool -G") - 1
    assert says in str(caught.value)
    assert str(caught.value).startswith(f"s.toml:{at_fault}: ")


def test_settings_come_last() -> None:
    sets = [
        "knobs.frames=10",
        "nic.eth0.queues=3",
        'flow.md.burst.every="2ms"',
        "flow.noise.rate=1Mpps",
        "flow.1.frame=[[64, 1]]",
        "app.feed.listen.0.rcvbuf=4096",
        "app.feed.listen[0].count=2",
        "host.hz=1000",
        "kernel=6.12",
        "record.steps=10",
        "sysctl.net.ipv4.udp_mem=1 2 3",
    ]
    scene = resolve(sample(), "control", sets)
    assert scene.question == "How many polls for 10 frames?"
    assert (scene.nic[0].queues, scene.host.hz, scene.kernel, scene.record.steps) == (
        3,
        1000,
        Kernel.V6_12,
        10,
    )
    assert scene.flow[0].burst is not None
    assert scene.flow[0].burst.every == 2_000_000
    assert (str(scene.flow[1].rate), scene.flow[1].frame) == (
        str(resolve(sample(), sets=sets).flow[1].rate),
        ((64, 1),),
    )
    assert (scene.app[0].listen[0].rcvbuf, scene.app[0].listen[0].count) == (4096, 2)
    assert scene.setup.endswith("\nsysctl -w 'net.ipv4.udp_mem=1 2 3'")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("knobs.frames=0", "--set knobs.frames=0: knobs.frames.value = 0: must be within"),
        ("knobs.frame=1", 'unknown knob "frame"'),
        ("nic.eth1.queues=1", 'unknown nic "eth1"'),
        ("nic.1.queues=1", 'unknown nic "1"'),
        ("nic.eth0.queus=1", 'did you mean "queues"?'),
        ("host.cpu=2", 'did you mean "cpus"?'),
        ("hots.cpus=2", "hots: unknown key"),
        ("bpf.fw.type=xdp", 'unknown bpf "fw"; there is none here'),
        ("title.x=2", "title has nothing below it"),
        ("nic.eth0.queues=[1", "no TOML value"),
        ("flow.md.stop=2020-01-01", 'flow[0].stop = "2020-01-01"'),
        ("nic..queues=1", "is no path"),
        ("nic.eth0", "must be PATH=VALUE"),
        ("=1", "must be PATH=VALUE"),
        ("sysctl.a b=1", "must name a file of /proc/sys"),
        ("sysctl.a=[1]", "a number or a string"),
        ("kernel=6.11", 'kernel = "6.11": must be one of'),
    ],
)
def test_a_broken_setting_is_named(text: str, says: str) -> None:
    with pytest.raises(SceneError) as caught:
        resolve(sample(), sets=[text])
    assert str(caught.value).startswith(f"--set {text}: ")
    assert says in str(caught.value)


def test_an_error_found_later_gets_its_place() -> None:
    text = changed('cpus = "${cpus}"', "costs = { ip_rvc = 120 }")
    made = resolution(load(text, name="s.toml"))
    refused = Refused('unknown cost "ip_rvc"', nearest="ip_rcv", key=("ip_rvc",))
    assert str(made.refused(refused, ("host", "costs"))) == (
        f's.toml:{line(text, "costs")}: host.costs.ip_rvc = 120: unknown cost "ip_rvc" (did you mean "ip_rcv"?)'
    )
    assert load(text, name="s.toml").error(("nic", 0), "no").line == line(text, "[[nic]]")


def test_an_error_in_the_setup_names_the_line_that_wrote_it() -> None:
    made = resolution(sample(), "control", ["sysctl.net.core.x=1"])
    assert [each.text for each in made.setup] == made.scene.setup.split("\n")
    errors = [str(made.setup_error(number, "no")) for number in range(len(made.setup))]
    first = line(SCENE, "ethtool -G")
    assert errors[0] == f's.toml:{first}: setup = "ethtool -G eth0 rx 512": no'
    assert errors[1] == f's.toml:{first + 1}: setup = "sysctl -w net.core.netdev_budget=64": no'
    assert errors[3].startswith(f"s.toml:{line(SCENE, 'dev_weight')}: variant[0].set.")
    assert errors[4].startswith(f"s.toml:{line(SCENE, 'gro off')}: variant[0].setup")
    assert errors[5] == '--set sysctl.net.core.x=1: "sysctl -w net.core.x=1": no'


def test_a_set_of_the_setup_replaces_it_and_a_variants_own_is_appended() -> None:
    text = changed(
        'set = { "knobs.frames" = 64,', 'set = { "setup" = "sysctl -w a=${frames}", "knobs.frames" = 64,'
    )
    scene = resolve(load(text, name="s.toml"), "control")
    assert scene.setup.split("\n")[0] == "sysctl -w a=64"
    assert scene.setup.split("\n")[-1] == "ethtool -K eth0 gro off"
    assert "ethtool -G" not in scene.setup
    assert resolve(sample(), sets=["setup=ip link"]).setup == "ip link"
    with pytest.raises(SceneError, match="setup"):
        resolve(sample(), sets=["setup=[1]"])
