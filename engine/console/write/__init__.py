"""The commands that change something: parsed into `Setting`s, or refused in the tool's own words.

The kernel's side applies the settings; nothing here knows it. `parse_script` takes a script apart, `plan` checks one
command against the host as it is (`HostFacts`), `is_write` tells a changer from a reader.
"""

from engine.console.features import wanted as wanted_features
from engine.console.output import Output
from engine.console.tools import UNDERSTOOD
from engine.console.write.facts import HostFacts, IrqFacts, NicFacts, NtupleRule, TaskFacts
from engine.console.write.outcome import Planned
from engine.console.write.plan import is_write, plan
from engine.console.write.script import Command, ScriptError, parse_script
from engine.console.write.settings import (
    ChannelCount,
    Coalesce,
    DefaultIrqAffinity,
    Features,
    GroFlushTimeout,
    IrqAffinity,
    NapiDeferHardIrqs,
    NtupleDelete,
    NtupleInsert,
    RingSize,
    RpsCpus,
    RssKey,
    RssTable,
    RxFlowHash,
    Setting,
    Sysctl,
    TaskAffinity,
    TaskPolicy,
)

__all__ = [
    "UNDERSTOOD",
    "ChannelCount",
    "Coalesce",
    "Command",
    "DefaultIrqAffinity",
    "Features",
    "GroFlushTimeout",
    "HostFacts",
    "IrqAffinity",
    "IrqFacts",
    "NapiDeferHardIrqs",
    "NicFacts",
    "NtupleDelete",
    "NtupleInsert",
    "NtupleRule",
    "Output",
    "Planned",
    "RingSize",
    "RpsCpus",
    "RssKey",
    "RssTable",
    "RxFlowHash",
    "ScriptError",
    "Setting",
    "Sysctl",
    "TaskAffinity",
    "TaskFacts",
    "TaskPolicy",
    "is_write",
    "parse_script",
    "plan",
    "wanted_features",
]
