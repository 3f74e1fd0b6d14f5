"""A JUnit report of checked scenes: a suite a scene, a case a claim."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from viewer.cli.checking import SceneReport


def report_text(reports: Iterable[SceneReport]) -> str:
    """Return the XML of some reports."""
    made = list(reports)
    root = ET.Element("testsuites", {"name": "skbscope check"} | _counts(made))
    for report in made:
        suite = ET.SubElement(root, "testsuite", {"name": report.name} | _counts([report]))
        for case in report.cases:
            element = ET.SubElement(suite, "testcase", classname=report.name, name=case.name)
            if case.problem:
                ET.SubElement(element, "failure", message=case.problem)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _counts(reports: list[SceneReport]) -> dict[str, str]:
    cases = [case for report in reports for case in report.cases]
    return {
        "tests": str(len(cases)),
        "failures": str(sum(bool(case.problem) for case in cases)),
        "time": f"{sum(report.seconds for report in reports):.3f}",
    }
