"""That somebody wants no more questions, in a few exact words: it works while the assistant is away (PIPL art. 15)."""

import re

LONGEST = 20
_POLITE = r"(?:你好|您好|请问|请|麻烦|帮我|给我|我|就|以后|一下|，|,|\s)*"
_NO_MORE = r"(?:不要|不想|不用|不需要|不必|无需|别|停止|取消|结束|关闭|退订|退出|停)"
_IT = r"(?:随访|回访)(?:消息|问题|提醒|了)?"
_END = r"(?:我|了|吧|啊|呢|谢谢|，|,|。|\.|!|！|\s)*"
_STOP = re.compile(
    rf"{_POLITE}(?:{_NO_MORE}(?:要|想)?(?:再|收到|收|参加|做|给我|发|问我?)*{_IT}|{_IT}(?:不要|不用|停|停止|取消|退订)(?:再发|再问)?|退订|TD|td)"
    rf"{_END}"
)


def wants_to_stop(words: str) -> bool:
    """Whether ``words`` are the wish for no more follow-up, and nothing else."""
    said = words.strip()
    return len(said) <= LONGEST and _STOP.fullmatch(said) is not None
