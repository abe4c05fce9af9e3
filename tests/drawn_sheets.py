"""Laboratory sheets drawn for tests: a title, a name, rows of item, result, mark, range and unit."""

import json
import subprocess
from collections.abc import Sequence

from settings import ROOT

VISION_PYTHON = ROOT / "vision" / ".venv" / "bin" / "python"
HEADINGS = ("项目", "结果", "提示", "参考值", "单位")
Row = tuple[str, str, str, str, str]

# Pillow and fonts are found in vision's environment only.
_DRAW = """
import io, json, sys
from PIL import Image, ImageDraw
from vision.report.sheets.fonts import font, typefaces
title, name, rows = json.load(sys.stdin)
faces = [one for one in typefaces()]
if not faces:
    sys.exit(3)
page = Image.new("RGB", (1240, 380 + 62 * len(rows)), "white")
pen = ImageDraw.Draw(page)
pen.text((420, 40), title, fill="black", font=font(faces[0], 44))
pen.text((80, 130), f"姓名：{name}    性别：男    年龄：58岁    标本：血清", fill="black", font=font(faces[0], 30))
for line, row in enumerate(rows):
    for column, text in zip((80, 470, 660, 760, 1000), row):
        pen.text((column, 210 + 62 * line), text, fill="black", font=font(faces[0], 30))
pen.text((80, 260 + 62 * len(rows)), "采集时间：2026-11-20 08:00    报告时间：2026-11-20 10:30", fill="black",
         font=font(faces[0], 26))
written = io.BytesIO()
page.save(written, "JPEG", quality=92)
sys.stdout.buffer.write(written.getvalue())
"""


class NoFont(Exception):
    """This machine has no typeface with Chinese characters."""


def drawn(rows: Sequence[Row], *, name: str = "赵一鸣", title: str = "生化检验报告单") -> bytes:
    """The sheet as JPEG. Raises NoFont."""
    content = json.dumps([title, name, [HEADINGS, *rows]])
    done = subprocess.run(
        [str(VISION_PYTHON), "-c", _DRAW], input=content.encode(), cwd=ROOT, capture_output=True, check=False
    )
    if done.returncode:
        raise NoFont(done.stderr.decode()[-300:])
    return done.stdout
