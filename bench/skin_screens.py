"""Screens and drawings, drawn: what patients send by mistake, for the measurement of the gate."""

import random

import numpy as np
from PIL import Image, ImageDraw

from vision.skin.network import Photo

SCREEN = (540, 1170)


def album(photo: Photo, seed: int) -> Photo:
    """A photo as an album app shows it: black or white bars, a line of buttons."""
    dice = random.Random(seed)
    back = dice.choice([(0, 0, 0), (255, 255, 255), (18, 18, 18)])
    screen = Image.new("RGB", SCREEN, back)
    shown = Image.fromarray(photo)
    shown = shown.resize((SCREEN[0], round(SCREEN[0] * shown.height / shown.width)))
    screen.paste(shown, (0, (SCREEN[1] - shown.height) // 2))
    pen = ImageDraw.Draw(screen)
    for at in range(4):
        pen.ellipse((60 + 120 * at, 1090, 100 + 120 * at, 1130), outline=(128, 128, 128), width=3)
    return np.asarray(screen)


def chat(photo: Photo, seed: int) -> Photo:
    """A conversation: bubbles in two colours, lines of writing, a small photo among them."""
    dice = random.Random(seed)
    screen = Image.new("RGB", SCREEN, (237, 237, 237))
    pen = ImageDraw.Draw(screen)
    pen.rectangle((0, 0, SCREEN[0], 90), fill=(250, 250, 250))
    y = 120
    while y < SCREEN[1] - 160:
        mine = dice.random() < 0.5
        wide, lines = dice.randint(160, 380), dice.randint(1, 3)
        left = SCREEN[0] - wide - 70 if mine else 70
        pen.rounded_rectangle((left, y, left + wide, y + 26 * lines + 24), 10, (149, 236, 105) if mine else (255,) * 3)
        for line in range(lines):
            for x in range(left + 14, left + wide - 24, 20):
                pen.text((x, y + 10 + 26 * line), dice.choice("abdeghkmnoqsuwxyz"), fill=(25, 25, 25), font_size=18)
        y += 26 * lines + 50
    small = Image.fromarray(photo)
    small.thumbnail((200, 200))
    screen.paste(small, (70, SCREEN[1] // 2))
    return np.asarray(screen)


def drawing(seed: int) -> Photo:
    """Shapes of a few colours on one ground."""
    dice = random.Random(seed)
    ground = tuple(dice.randint(150, 255) for _ in range(3))
    sheet = Image.new("RGB", (640, 480), ground)
    pen = ImageDraw.Draw(sheet)
    for _ in range(dice.randint(2, 8)):
        x, y, size = dice.randint(0, 560), dice.randint(0, 400), dice.randint(30, 160)
        colour = tuple(dice.randint(0, 255) for _ in range(3))
        dice.choice([pen.ellipse, pen.rectangle])((x, y, x + size, y + size), fill=colour)
    return np.asarray(sheet)
