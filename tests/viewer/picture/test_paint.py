"""Painting: the same bytes whatever was painted before, vectors without a bitmap, files as asked for."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from tests.viewer.picture.samples import canvas
from viewer.picture.looks import form_height, form_width, look_items, look_reach
from viewer.picture.paint import Raster
from viewer.picture.sprites import Body, Form, Sprite
from viewer.picture.still import StillError, render_image, write_still
from viewer.theme.tokens import ThemeName


def pixels(image: QImage) -> bytes:
    return bytes(image.constBits())


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
@pytest.mark.parametrize("theme", list(ThemeName))
def test_kept_bitmaps_change_no_pixel(qtbot: QtBot, theme: ThemeName, ratio: float) -> None:
    display = canvas(1280, 608, theme=theme, ratio=ratio)
    how = Raster()
    first = pixels(render_image(display, how))
    assert pixels(render_image(display, how)) == first
    render_image(canvas(1280, 608, theme=ThemeName.DARK, ratio=1.5, zoom=1.3, dx=-40.5), how)
    assert pixels(render_image(display, how)) == first
    assert pixels(render_image(display)) == first
    how.clear()
    assert pixels(render_image(display, how)) == first


def test_themes_differ(qtbot: QtBot) -> None:
    images = {pixels(render_image(canvas(1280, 608, theme=theme))) for theme in ThemeName}
    assert len(images) == 3


def test_a_picture_fills_its_pixels(qtbot: QtBot) -> None:
    image = render_image(canvas(1280, 608, ratio=2.0))
    assert (image.width(), image.height()) == (2560, 1216)
    assert image.pixelColor(0, 0).alpha() == 255
    assert image.pixelColor(2559, 1215).alpha() == 255


def test_panning_by_whole_pixels_moves_the_same_pixels(qtbot: QtBot) -> None:
    still, moved = render_image(canvas()), render_image(canvas(dx=-40.0, dy=24.0))
    one = still.copy(640, 120, 400, 200)
    other = moved.copy(600, 144, 400, 200)
    assert pixels(one) == pixels(other)


@pytest.mark.parametrize("seed", ["0", "1234"])
def test_another_process_paints_the_same_bytes(qtbot: QtBot, seed: str) -> None:
    code = (
        "import hashlib, sys\n"
        "from PySide6.QtGui import QGuiApplication\n"
        "app = QGuiApplication([])\n"
        "from tests.viewer.picture.samples import canvas\n"
        "from viewer.picture.still import render_image\n"
        "image = render_image(canvas(1280, 608))\n"
        "sys.stdout.write(hashlib.sha256(bytes(image.constBits())).hexdigest())\n"
    )
    environment = {**os.environ, "PYTHONHASHSEED": seed, "QT_QPA_PLATFORM": "offscreen"}
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == sha256(pixels(render_image(canvas(1280, 608)))).hexdigest()


def test_vectors_hold_no_bitmap(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "canvas.svg"
    write_still(canvas(), path, "A canvas")
    text = path.read_text(encoding="utf-8")
    assert "<image" not in text
    assert "<title>A canvas</title>" in text
    assert text.count("<path") > 500


def test_files_have_the_size_in_pixels(qtbot: QtBot, tmp_path: Path) -> None:
    """A canvas of 1280 logical pixels at ratio 1.5 is 1920 wide in every format."""
    display = canvas(1280, 608, ratio=1.5)
    for ending in ("png", "svg", "pdf"):
        write_still(display, tmp_path / f"canvas.{ending}")
    assert QImage(str(tmp_path / "canvas.png")).width() == 1920
    text = (tmp_path / "canvas.svg").read_text(encoding="utf-8")
    assert 'viewBox="0 0 1280 608"' in text
    box = re.search(rb"/MediaBox \[([^]]*)\]", (tmp_path / "canvas.pdf").read_bytes())
    assert box is not None
    assert [float(number) for number in box[1].split()] == [0.0, 0.0, 1440.0, 684.0]


def test_a_pdf_is_one_page_of_the_right_size(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "canvas.pdf"
    write_still(canvas(), path)
    data = path.read_bytes()
    assert data.startswith(b"%PDF")
    assert b"/Subtype /Image" not in data
    box = re.search(rb"/MediaBox \[([^]]*)\]", data)
    assert box is not None
    assert [float(number) for number in box[1].split()] == [0.0, 0.0, 1152.0, 582.0]
    assert data.count(b"/Type /Page\n") == 1


def test_a_png_is_what_was_rendered(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "canvas.png"
    display = canvas(1280, 608)
    write_still(display, path)
    again = QImage(str(path)).convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    assert pixels(again) == pixels(render_image(display))


@pytest.mark.parametrize("name", ["canvas.gif", "canvas", "canvas.PNG.txt"])
def test_an_unknown_ending_is_refused(qtbot: QtBot, tmp_path: Path, name: str) -> None:
    with pytest.raises(StillError, match=r"allowed are \.png, \.svg, \.pdf"):
        write_still(canvas(1280, 608), tmp_path / name)


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_a_folder_that_is_not_there_is_refused(qtbot: QtBot, tmp_path: Path, ending: str) -> None:
    with pytest.raises(StillError, match="cannot be written"):
        write_still(canvas(1280, 608), tmp_path / "missing" / f"canvas.{ending}")


def test_sizes_of_packets(qtbot: QtBot) -> None:
    sizes = {form: (form_width(Sprite(0, form)), form_height(Sprite(0, form))) for form in Form}
    assert sizes[Form.DOT] == (7.0, 7.0)
    assert sizes[Form.PILL] == (18.0, 10.0)
    assert sizes[Form.CAPSULE] == (44.0, 20.0)
    assert sizes[Form.CARD][1] == 28.0


@pytest.mark.parametrize("flow", range(9))
@pytest.mark.parametrize("body", list(Body))
def test_a_look_stays_within_its_reach(qtbot: QtBot, flow: int, body: Body) -> None:
    for form in Form:
        look = Sprite(flow, form, body, stack=3 if form is Form.CAPSULE else 1, selected=True, lost=True)
        half_w, half_h = look_reach(look)
        for item in look_items(look):
            left, top, right, bottom = item.bounds()
            assert -half_w <= left
            assert right <= half_w
            assert -half_h <= top
            assert bottom <= half_h


def test_frame_skb_and_clone_look_different(qtbot: QtBot) -> None:
    looks = [look_items(Sprite(0, Form.CAPSULE, body)) for body in Body]
    assert looks[0] != looks[1] != looks[2] != looks[0]
    assert len(looks[2]) == len(looks[1]) + 1
