"""Tables as a program reads them."""

from __future__ import annotations

import pytest

from viewer.cli.tables import print_table


def test_columns_are_aligned_and_nothing_stands_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("napi", ("name", "polls", "why"), [("eth0-TxRx-0", "11", ""), ("b", "2", "idle")], right=(1,))
    assert capsys.readouterr().out == (
        "napi\n"
        "name         polls  why\n"
        "eth0-TxRx-0     11\n"
        "b                2  idle\n"
        "\n"
    )  # fmt: skip


def test_long_cells_are_never_cut(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("", ("digest",), [("f" * 400,)])
    assert "f" * 400 in capsys.readouterr().out


def test_a_table_without_rows_has_its_head(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("", ("event", "happens when"), [])
    assert capsys.readouterr().out == "event  happens when\n\n"
