"""What the model simplifies, as a run tells it."""

import json
import sys
import time
from pathlib import Path

import pytest

from engine.hardware.acts import ACTS
from engine.linux import fn
from engine.scenario.document import load
from engine.simulation import prepare, simplified
from engine.simulation.simplified import ROOMS, told
from engine.timeline.record import CLASSES

ROOT = Path(__file__).parents[3]


def test_a_docstring_is_told_in_three_parts() -> None:
    said = told(
        "kernel/x.c: what it is.\n\nModels `f`.\nSimplified: no g; only `h`.\nLeft out: the rest.\n\n"
        "And more::\n\n    Simplified: x"
    )
    assert said.models == "kernel/x.c: what it is. Models `f`. And more."
    assert said.simplified == "No g; only `h`."
    assert said.left_out == "The rest."


def test_a_file_finds_the_modules_that_stand_for_it() -> None:
    of = simplified.simplified(["igb"])["of"]
    assert of["net/core/dev.c"] == ["net/core/dev/napi.py", "net/core/dev/rps.py", "net/core/dev/rx.py"]
    assert of["fs/eventpoll.c"] == ["fs/eventpoll.py", "fs/epoll_wait.py"]
    assert of["net/core/skbuff.c"][0] == "net/core/skbuff.py"
    assert of["kernel/sched/core.c"] == ["kernel/sched.py"]
    assert of["kernel/sched/wait.c"] == ["kernel/wait.py"]
    assert of["net/ethernet/eth.c"] == ["drivers/common.py"]
    assert of["drivers/net/ethernet/intel/igb/igb_main.c"] == ["drivers/common.py", "drivers/igb.py"]


def test_acts_of_the_hardware_and_classes_find_theirs() -> None:
    found = simplified.simplified(["ixgbe"])
    assert found["of"]["dma_write_back"] == ["hardware/nic.py", "hardware/rss.py"]
    assert found["of"]["user_work"] == ["userspace/thread.py"]
    assert found["of"]["sk_buff"] == ["include/skbuff.py"]
    assert found["modules"]["hardware/wire.py"] == {"simplified": "No propagation delay.", "left_out": ""}


def test_only_drivers_that_are_there_are_told() -> None:
    modules = simplified.simplified(["igb"])["modules"]
    assert "drivers/igb.py" in modules
    assert "drivers/ixgbe.py" not in modules
    assert all(
        path != "drivers/ixgbe.py"
        for paths in simplified.simplified(["igb"])["of"].values()
        for path in paths
    )


def test_every_name_that_is_listed_exists() -> None:
    acts = {info.name for info in ACTS + fn.FUNCTIONS}
    classes = {kind.schema.name for kind in CLASSES}
    assert simplified._ACTS.keys() <= acts
    assert simplified._OBJECTS.keys() <= classes
    listed = {one for names in (*simplified._ACTS.values(), *simplified._OBJECTS.values()) for one in names}
    assert {f"engine.{one}" for one in listed} <= sys.modules.keys()


def test_every_act_of_the_hardware_with_a_place_is_listed() -> None:
    assert {info.name for info in ACTS if info.station} <= simplified._ACTS.keys()


def test_nearly_all_that_is_written_is_reached() -> None:
    written = {
        name
        for name, module in sys.modules.items()
        if name.startswith(ROOMS) and "Simplified:" in (module.__doc__ or "")
    }
    modules = simplified.simplified(["igb", "ixgbe", "legacy"])["modules"]
    missed = {simplified._path(name) for name in written} - modules.keys()
    assert missed == {"net/ipv4/igmp.py"}, "no step is taken in these"


def test_it_is_small_and_quick_and_a_run_has_it() -> None:
    simplified._all.cache_clear()
    began = time.process_time()
    found = simplified.simplified(["igb", "ixgbe", "legacy"])
    assert time.process_time() - began < 0.2
    assert len(json.dumps(found)) < 40_000
    facts = prepare(load(ROOT / "scenes" / "default.toml")).prologue.facts
    assert facts["simplified"]["of"]["net/ipv4/udp.c"] == [
        "net/ipv4/udp.py", "net/ipv4/udp_lookup.py", "net/ipv4/udp_recvmsg.py",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "Only one sentence."])
def test_a_module_that_says_nothing_of_it_tells_nothing(text: str) -> None:
    assert told(text)[1:] == ("", "")
