"""What the clinician looks at: the mask, the photo with the lesion's border, the heat map as a layer of its own."""

import cv2
import numpy as np
from PIL import Image, ImageDraw

from vision.label import LABEL, as_png, write
from vision.skin.colour import Mask
from vision.skin.network import Map, Photo

LINE, CASING = (0, 229, 255), (0, 0, 0)
"""A colour that skin has not, in a dark casing that shows on light skin."""
MOST_OPAQUE = 170


def mask_png(lesion: Mask, made_by: str) -> bytes:
    """Grey PNG, 255 where lesion is. It is data, and so has the mark in its metadata alone."""
    return as_png(Image.fromarray(lesion.astype(np.uint8) * 255), made_by)


def overlay_png(photo: Photo, lesion: Mask, made_by: str) -> bytes:
    """The photo with the border drawn, and the label."""
    drawn = outlined(photo, lesion)
    image = Image.fromarray(drawn)
    write(ImageDraw.Draw(image, "RGBA"), image.size, LABEL, top=False)
    return as_png(image, made_by)


def heat_png(heat: Map, made_by: str) -> bytes:
    """RGBA layer to lay over the photo: transparent where nothing spoke for the class, and the label."""
    values = np.clip(np.asarray(heat) * 255, 0, 255).astype(np.uint8)
    colours = cv2.cvtColor(cv2.applyColorMap(values, cv2.COLORMAP_TURBO), cv2.COLOR_BGR2RGB)
    opaque = (values.astype(np.uint16) * MOST_OPAQUE // 255).astype(np.uint8)
    image = Image.fromarray(np.dstack([colours, opaque]))
    write(ImageDraw.Draw(image), image.size, LABEL, top=False)
    return as_png(image, made_by)


def side_by_side_png(left: tuple[Photo, Mask], right: tuple[Photo, Mask], made_by: str) -> bytes:
    """Two photos of one size with their borders, and the label."""
    image = Image.fromarray(np.hstack([outlined(*left), outlined(*right)]))
    write(ImageDraw.Draw(image, "RGBA"), image.size, LABEL, top=False)
    return as_png(image, made_by)


def outlined(photo: Photo, lesion: Mask) -> Photo:
    """A copy of the photo with the lesion's border drawn."""
    drawn = np.ascontiguousarray(photo).copy()
    lines, _ = cv2.findContours(lesion.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    width = max(1, round(max(photo.shape[:2]) / 400))
    for colour, thickness in ((CASING, width + 2), (LINE, width)):
        cv2.drawContours(drawn, lines, -1, colour, thickness, cv2.LINE_AA)
    return drawn
