"""One picture into one file: PNG, SVG or PDF from the same display list."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from viewer.picture.display import DisplayList
from viewer.picture.paint import Raster, Vector, paint

POINTS_PER_PX = 0.75
FORMATS = (".png", ".svg", ".pdf")


class StillError(Exception):
    """A picture could not be written: which file, why, what is allowed."""


def render_image(display: DisplayList, how: Raster | None = None) -> QImage:
    """The picture as an image with the display list's pixel ratio."""
    ratio = display.ratio
    image = QImage(
        round(display.width * ratio), round(display.height * ratio), QImage.Format.Format_ARGB32_Premultiplied
    )
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    with QPainter(image) as painter:
        paint(painter, display, how or Raster())
    return image


def write_still(display: DisplayList, path: Path, title: str = "") -> None:
    """Write the picture; the file's ending says the format.

    Raises:
        StillError: the ending is not one of png, svg, pdf, or the file cannot be written.
    """
    ending = path.suffix.lower()
    if ending not in FORMATS:
        allowed = ", ".join(FORMATS)
        raise StillError(f"{path}: cannot write {ending or 'a file without ending'}: allowed are {allowed}")
    if ending == ".png":
        if not render_image(display).save(str(path)):
            raise StillError(f"{path}: cannot be written")
        return
    _open_check(path)
    if ending == ".svg":
        _write_svg(display, path, title)
    else:
        _write_pdf(display, path, title)


def _open_check(path: Path) -> None:
    try:
        path.open("ab").close()
    except OSError as error:
        raise StillError(f"{path}: cannot be written: {error.strerror}") from error


def _write_svg(display: DisplayList, path: Path, title: str) -> None:
    generator = QSvgGenerator()
    generator.setFileName(str(path))
    generator.setResolution(96)
    ratio = display.ratio
    generator.setSize(QSize(round(display.width * ratio), round(display.height * ratio)))
    generator.setViewBox(QRectF(0, 0, display.width, display.height))
    generator.setTitle(title)
    with QPainter(generator) as painter:
        paint(painter, display, Vector())


def _write_pdf(display: DisplayList, path: Path, title: str) -> None:
    writer = QPdfWriter(str(path))
    writer.setTitle(title)
    point = POINTS_PER_PX * display.ratio
    size = QSizeF(display.width * point, display.height * point)
    page = QPageSize(size, QPageSize.Unit.Point, "skbscope", QPageSize.SizeMatchPolicy.ExactMatch)
    writer.setPageLayout(QPageLayout(page, QPageLayout.Orientation.Portrait, QMarginsF()))
    with QPainter(writer) as painter:
        dots = writer.logicalDpiX() / 96.0 * display.ratio
        painter.scale(dots, dots)
        paint(painter, display, Vector(outlines=True))
