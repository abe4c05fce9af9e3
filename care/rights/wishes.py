"""What a patient may always ask for about their own data, in a few exact words (PIPL art. 15, 24, 44-47).

An exact grammar and no model: a right must not depend on how sure a classifier is, and works while it is away. Whoever
says it in other words is understood by the assistant or by a person.
"""

import re
from enum import StrEnum


class Wish(StrEnum):
    STANDING = "standing"  # what have I agreed to?
    WITHDRAW = "withdraw"
    PRIVACY = "privacy"  # the whole notice
    EXPORT = "export"
    ERASE = "erase"
    WHY = "why"  # why was this department suggested?


_POLITE = r"(?:你好|您好|请问|请|麻烦|帮我|给我|我想要?|我要|我能|能不能|可以|能|怎么|如何|把|一下|，|,|\s)*"
_MINE = r"(?:我的|我|自己的|本人的?|个人的?|所有的?|全部的?|这里的?)*"
_DATA = r"(?:个人)?(?:资料|数据|信息|聊天记录|对话记录|对话|记录|病历资料|隐私数据)"
_END = r"(?:一下|吧|吗|么|呢|了|可以吗|行吗|，|,|。|\.|!|！|？|\?|\s)*"
_GRAMMAR: tuple[tuple[Wish, str], ...] = (
    (
        Wish.STANDING,
        r"(?:查看|看看|看|管理)?(?:我的|本人的?)(?:授权|同意)(?:管理|情况|书|设置)?|(?:授权|同意)(?:管理|情况|书|设置)|隐私设置|(?:我)?同意(?:过|了)(?:什么|哪些)",
    ),
    (Wish.WITHDRAW, rf"(?:撤回|撤销|取消|收回){_MINE}(?:同意|授权)(?:书)?|不再同意|我不同意了|取消授权"),
    (
        Wish.PRIVACY,
        r"(?:看|查看|看看)?(?:你们的|医院的)?(?:隐私|个人信息)(?:政策|说明|保护|协议|条款|声明|保护政策|保护规则)?",
    ),
    (
        Wish.EXPORT,
        rf"(?:导出|下载|拷贝|拷走|复制|打包|拿走){_MINE}{_DATA}(?:导出|下载)?|{_MINE}{_DATA}(?:导出|下载|拷贝)(?:下来|出来|来)?",
    ),
    (
        Wish.ERASE,
        rf"(?:删除|删掉|清除|清空|抹掉|注销|销毁){_MINE}(?:{_DATA}|账号|帐号|账户)|{_MINE}(?:{_DATA}|账号|账户)(?:全部|都|全)?(?:删除|删掉|清除|清空|注销)(?:掉)?|被遗忘",
    ),
    (
        Wish.WHY,
        r"为(?:什么|啥|何)(?:要|会)?(?:让|叫|推荐|建议)(?:我|给我)?(?:去|看|挂)?(?:这个|这些|那个)?(?:科室?)?"
        r"|为(?:什么|啥|何)(?:要|是)?(?:去|看|挂)(?:这个|这些|那个)科室?|(?:推荐|建议)的?(?:理由|依据|根据)(?:是什么)?|凭什么(?:这么)?(?:推荐|建议|判断)",
    ),
)
_PATTERNS = tuple((wish, re.compile(f"{_POLITE}(?:{words}){_END}")) for wish, words in _GRAMMAR)
LONGEST = 30


def wish_in(words: str) -> Wish | None:
    """The wish that ``words`` are, and nothing else; None for every other message."""
    said = words.strip()
    if not said or len(said) > LONGEST:
        return None
    return next((wish for wish, pattern in _PATTERNS if pattern.fullmatch(said)), None)
