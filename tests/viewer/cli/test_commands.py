"""The commands, run in this process on a small scene: what they print, write and return."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from viewer.cli import main

Capture = pytest.CaptureFixture[str]


def printed(capsys: Capture, *line: object, status: int = 0) -> str:
    """Run a command line, check its status, return what it printed."""
    returned = main([str(word) for word in line])
    output = capsys.readouterr()
    assert returned == status, output.err
    return output.out


def ran(capsys: Capture, *line: object) -> dict[str, Any]:
    """Return the results that `run --json` prints."""
    table: dict[str, Any] = json.loads(printed(capsys, "run", *line, "--json"))
    return table


# -- run ----------------------------------------------------------------------------------------------------


def test_run_json_counts_every_frame_once(scene: Path, capsys: Capture) -> None:
    table = ran(capsys, scene)
    packets = table["packets"]
    lost = packets["lost"]["skb:SOCKET_RCVBUFF"]
    assert packets["offered"] == 80 == packets["delivered"] + lost
    assert lost == table["sockets"][0]["drops"] == table["snmp"]["Udp"]["RcvbufErrors"] > 0
    assert table["ethtool"]["eth0"]["rx_packets"] == table["softnet_stat"][0]["processed"] == 80
    assert table["napi"]["eth0-rx-0"]["work"] == 80
    assert table["flows"]["md"]["latency_ns"]["max"] >= table["flows"]["md"]["latency_ns"]["p50"] > 0
    assert (table["complete"], table["simulated_ns"], table["variant"]) == (True, 1_000_000, None)
    assert [row["holds"] for row in table["expect"]] == [True, True]
    assert table["source"] == str(scene)


def test_run_is_the_same_twice(scene: Path, capsys: Capture) -> None:
    assert ran(capsys, scene) == ran(capsys, scene)


def test_run_ends_when_it_is_told_to(scene: Path, capsys: Capture) -> None:
    table = ran(capsys, scene, "--until", "200us")
    assert (table["simulated_ns"], table["packets"]["offered"]) == (200_000, 40)


def test_run_takes_variants_and_settings(scene: Path, capsys: Capture) -> None:
    assert ran(capsys, scene, "--variant", "control")["packets"]["lost"] == {}
    table = ran(capsys, scene, "--set", "flow.md.count=30", "--set", "sysctl.net.core.netdev_budget=5")
    assert table["packets"]["offered"] == 30
    assert table["softnet_stat"][0]["time_squeeze"] >= 0


def test_run_prints_tables_without_empty_counters(scene: Path, capsys: Capture) -> None:
    text = printed(capsys, "run", scene, "--check")
    assert "lost skb:SOCKET_RCVBUFF" in text
    assert "holds   packets.offered == 80" in text
    assert "tx_window_errors" not in text
    assert all(line == line.rstrip() for line in text.splitlines())


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (("--variant", "contorl"), 'did you mean "control"'),
        (("--set", "flow.md.cuont=3"), 'did you mean "count"'),
        (("--set", "app.feed.cpu=7"), "no CPU 7"),
        (("--until", "5"), "needs a unit"),
    ],
)
def test_run_refuses_what_it_cannot_do(
    scene: Path, capsys: Capture, line: tuple[str, ...], words: str
) -> None:
    assert main(["run", str(scene), *line]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert words in output.err
    assert output.err.count("\n") == 1


def test_run_names_the_line_of_a_capture_that_is_missing(scene: Path, capsys: Capture) -> None:
    flow = '[[flow]]\nname = "c"\nnic = "eth0"\narrival = "pcap"\npcap = "nope.pcap"\n'
    scene.write_text(scene.read_text() + flow)
    assert main(["run", str(scene)]) == 2
    error = capsys.readouterr().err
    line = len(scene.read_text().splitlines())
    assert error.startswith(f'{scene}:{line}: flow[1].pcap = "nope.pcap": no file "nope.pcap" in ')
    assert error.count("\n") == 1


def test_run_stops_at_a_command_that_fails(scene: Path, capsys: Capture) -> None:
    scene.write_text(
        'setup = """\nethtool -G eth0 rx 512\nethtool -G eth0 rx 99999\n"""\n' + scene.read_text()
    )
    assert main(["run", str(scene)]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"{scene}:3: setup")
    assert "netlink error" in error


# -- check --------------------------------------------------------------------------------------------------


def test_check_passes_a_scene_whose_control_flips(scene: Path, tmp_path: Path, capsys: Capture) -> None:
    report = tmp_path / "report.xml"
    text = printed(capsys, "check", scene, "--junit", report)
    assert text.startswith(f"ok   {scene}")
    assert "1 scenes passed, 10 claims tested" in text
    root = ET.fromstring(report.read_text())
    assert (root.get("tests"), root.get("failures")) == ("10", "0")


def test_check_fails_when_a_control_proves_nothing(scene: Path, capsys: Capture) -> None:
    scene.write_text(scene.read_text().replace("rcvbuf = 1048576", "rcvbuf = 18432"))
    text = printed(capsys, "check", scene, status=1)
    assert "FAIL" in text
    assert "holds, but must fail in a control" in text


def test_check_fails_when_an_expectation_does(scene: Path, capsys: Capture) -> None:
    scene.write_text(scene.read_text().replace("packets.offered == 80", "packets.offered == 81"))
    assert "does not hold at end: packets.offered = 80" in printed(capsys, "check", scene, status=1)


def test_check_fails_when_a_chapter_never_begins(scene: Path, capsys: Capture) -> None:
    scene.write_text(scene.read_text().replace('at = "first drop"', 'at = "drop:1000"'))
    text = printed(capsys, "check", scene, status=1)
    assert 'chapter 1, "The buffer is full": drop:1000 does not happen in this run' in text


def test_check_of_several_runs_beside_each_other(scene: Path, capsys: Capture) -> None:
    other = scene.with_name("broken.toml")
    other.write_text("nic = 3\n")
    assert main(["check", str(scene), str(other), "--jobs", "2"]) == 2
    output = capsys.readouterr()
    lines = output.out.splitlines()
    assert lines[0].startswith("ok ")
    assert lines[1].split() == ["FAIL", str(other), "cannot", "be", "run"]
    assert "1 of 2 scenes failed" in lines[-1]
    assert output.err.startswith(f"{other}:1: nic = 3")
    assert output.err.count("\n") == 1


# -- steps --------------------------------------------------------------------------------------------------


def test_steps_is_a_list_of_json_objects_a_line(scene: Path, capsys: Capture) -> None:
    text = printed(capsys, "steps", scene, "--format", "json", "--to", "#200")
    rows = json.loads(text)
    assert [row["step"] for row in rows] == list(range(201))
    assert len(text.splitlines()) == 201
    assert all(row["time_ns"] >= before["time_ns"] for before, row in pairwise(rows))


def test_steps_between_moments(scene: Path, capsys: Capture) -> None:
    rows = json.loads(printed(capsys, "steps", scene, "--format", "json", "--from", "400us", "--to", "410us"))
    assert 400_000 <= rows[0]["time_ns"] <= rows[-1]["time_ns"] <= 410_000


def test_steps_of_one_packet_and_some_functions(scene: Path, capsys: Capture) -> None:
    rows = json.loads(printed(capsys, "steps", scene, "--format", "json", "--function", "napi_*"))
    assert {"napi_poll", "napi_complete_done"} <= {row["function"] for row in rows}
    assert all(row["function"].startswith("napi_") for row in rows)
    packet = next(row["packet"] for row in rows if row["function"] == "napi_build_skb")
    path = json.loads(printed(capsys, "steps", scene, "--format", "json", "--packet", packet))
    names = [row["function"] for row in path]
    assert names[0] == "frame_arrives"
    assert (
        names.index("ip_rcv_core") < names.index("__udp4_lib_rcv") < names.index("__udp_enqueue_schedule_skb")
    )


def test_steps_as_a_table_tells_effects(scene: Path, capsys: Capture) -> None:
    lines = printed(capsys, "steps", scene, "--function", "__udp_enqueue_schedule_skb").splitlines()
    assert lines[0].split()[:4] == ["step", "time", "us", "cpu"]
    assert ".queued 0>1" in lines[1]


def test_steps_as_ftrace_has_one_head(scene: Path, capsys: Capture) -> None:
    lines = printed(capsys, "steps", scene, "--format", "ftrace", "--function", "ip_rcv_core").splitlines()
    assert lines[0] == "cpus=2"
    assert len(lines) == 81
    assert all("function:" in line and "ip_rcv_core" in line for line in lines[1:])


def test_steps_that_match_nothing(scene: Path, capsys: Capture) -> None:
    assert printed(capsys, "steps", scene, "--function", "wakeup_softirqd", "--format", "json") == "[]\n"
    assert printed(capsys, "steps", scene, "--from", "1ns", "--to", "1ns", "--format", "json") == "[]\n"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (("--packet", "999999"), "there is no packet 999999 in this run"),
        (("--packet", "1"), "number 1 is no packet but sysctl"),
        (("--function", "napi_pol"), '"napi_pol": no function is called so (did you mean "napi_poll"?)'),
        (("--function", ""), "no function is called so"),
        (("--from", "first time_squeeze"), "does not happen in this run"),
        (("--from", "500us", "--to", "400us"), '--to "400us" comes before --from "500us"'),
    ],
)
def test_steps_refuses_what_is_not_there(
    scene: Path, capsys: Capture, line: tuple[str, ...], words: str
) -> None:
    assert main(["steps", str(scene), *line]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert words in output.err
    assert output.err.count("\n") == 1


# -- sh, names, schema --------------------------------------------------------------------------------------


def test_sh_prints_what_the_host_would_at_that_moment(scene: Path, capsys: Capture) -> None:
    early = printed(capsys, "sh", scene, "--at", "0us", "cat /proc/net/softnet_stat")
    late = printed(capsys, "sh", scene, "cat /proc/net/softnet_stat")
    assert [line.split()[0] for line in early.splitlines()] == ["00000000", "00000000"]
    assert [line.split()[0] for line in late.splitlines()] == ["00000050", "00000000"]


@pytest.mark.parametrize(
    ("line", "status", "words"),
    [
        ("nope", 127, "bash: nope: command not found\n"),
        ("cat /proc/nope", 1, "cat: /proc/nope: No such file or directory\n"),
    ],
)
def test_sh_returns_the_status_of_the_command(
    scene: Path, capsys: Capture, line: str, status: int, words: str
) -> None:
    assert main(["sh", str(scene), line]) == status
    assert capsys.readouterr().err == words


@pytest.mark.parametrize("command", ["sh", "still"])
def test_a_time_after_the_end_is_no_moment(
    scene: Path, tmp_path: Path, capsys: Capture, command: str
) -> None:
    rest = ["true"] if command == "sh" else ["-o", str(tmp_path / "x.png")]
    assert main([command, str(scene), "--at", "1ms", *rest]) == 0
    assert main([command, str(scene), "--at", "1.000001ms", *rest]) == 2
    error = capsys.readouterr().err
    assert error == 'skbscope: moment "1.000001ms": the run ends at 1 ms; its last moment is `end`\n'


def test_names_lists_paths_with_their_meaning(scene: Path, capsys: Capture) -> None:
    text = printed(capsys, "names", scene)
    assert "softnet_stat[cpu=0].time_squeeze" in text
    assert "net_rx_action calls stopped by budget or time" in text
    rows = json.loads(printed(capsys, "names", scene, "--json"))
    assert {
        "path": "packets.offered",
        "value": 80,
        "meaning": "all frames: the sum of the endings (frames)",
    } in rows


def test_schema_is_the_packaged_one(tmp_path: Path, capsys: Capture) -> None:
    text = printed(capsys, "schema")
    path = tmp_path / "schema.json"
    assert printed(capsys, "schema", "-o", path) == ""
    assert path.read_text() == text
    assert json.loads(text)["title"] == "skbscope scene"


# -- pictures -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ending", "head"),
    [("png", b"\x89PNG\r\n"), ("svg", b"<?xml"), ("pdf", b"%PDF-"), ("PNG", b"\x89PNG\r\n")],
)
def test_still_writes_each_format(
    scene: Path, tmp_path: Path, capsys: Capture, ending: str, head: bytes
) -> None:
    path = tmp_path / f"x.{ending}"
    printed(capsys, "still", scene, "--at", "chapter:1", "--size", "1280x720", "-o", path)
    assert path.read_bytes().startswith(head)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == sorted(["bursts.toml", path.name])


def test_still_is_the_same_to_the_byte(scene: Path, tmp_path: Path, capsys: Capture) -> None:
    paths = [tmp_path / name for name in ("one.png", "two.png")]
    for path in paths:
        printed(
            capsys, "still", scene, "--at", "poll:1", "--size", "1280x720", "--theme", "light", "-o", path
        )
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_a_still_of_a_moment_that_does_not_come_overwrites_nothing(
    scene: Path, tmp_path: Path, capsys: Capture
) -> None:
    path = tmp_path / "x.png"
    path.write_text("old")
    assert main(["still", str(scene), "--at", "first time_squeeze", "-o", str(path)]) == 2
    assert "does not happen" in capsys.readouterr().err
    assert path.read_text() == "old"


def test_broken_invariants_are_told_with_their_time(
    scene: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.simulation.Simulation.invariants", lambda _: ["rx-0: owns 256 of 256"])
    assert main(["run", str(scene), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["invariants"] == []
    assert main(["run", str(scene), "--json", "--check"]) == 1
    output = capsys.readouterr()
    told = json.loads(output.out)["invariants"]
    assert told[-1] == "at 1000000 ns: rx-0: owns 256 of 256"
    assert output.err.splitlines() == [f"broken: {rule}" for rule in told]
    assert "invariants: at 0 ns" in printed(capsys, "check", scene, status=1)


def test_frames_that_the_wire_carried_and_nobody_accounts_for_are_told(
    scene: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.simulation.close", lambda *_: None)  # the ledger is left open
    nothing = np.empty(0, np.int64)
    monkeypatch.setattr("engine.timeline.ledger._living", lambda *_: (nothing, nothing))
    scene.write_text(scene.read_text().replace('work = "5us"', 'work = "300us"'))
    told = ran(capsys, scene)["invariants"]
    assert len(told) == 1
    assert told[0].startswith("flow md: 80 frames came by wire, ")


def test_check_tells_what_failed_before_a_scene_could_not_be_run(scene: Path, capsys: Capture) -> None:
    text = scene.read_text().replace("rcvbuf = 1048576", "rcvbuf = 18432")
    scene.write_text(text + '\n[[variant]]\nname = "broken"\nsetup = "ethtool -G eth0 rx 99999"\n')
    assert main(["check", str(scene)]) == 2
    output = capsys.readouterr()
    assert "holds, but must fail in a control" in output.out
    assert output.err.count("\n") == 1
    assert "netlink error" in output.err
