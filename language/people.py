"""Who a message is about, and whom a patient asks for: kinship, sex, pregnancy, doctors by name."""

import re
from collections.abc import Iterable

from .lexicon import alternation
from .mentions import Mention

_KIN = {
    "母亲": "妈妈 我妈 俺妈 老妈 母亲 咱妈 老娘 俺娘 我娘 阿妈 老母亲 妈咪 我老妈 他妈妈 她妈妈",
    "父亲": "爸爸 我爸 俺爸 老爸 父亲 咱爸 老爹 俺爹 我爹 阿爸 老父亲 我老爸 爹地",
    "儿子": "儿子 男宝宝 男宝 小儿子 大儿子 犬子 我儿 幺儿",
    "女儿": "女儿 闺女 女宝宝 女宝 小女儿 大女儿 姑娘家 囡囡 我姑娘 丫头",
    "孩子": "孩子 小孩 宝宝 宝贝 小孩子 娃娃 我娃 娃儿 俺娃 小宝 大宝 二宝 小朋友 婴儿 小家伙 崽崽 细路 毛毛 小娃 娃 我崽",
    "丈夫": "老公 丈夫 我爱人 我先生 孩他爸 孩子爸爸 孩子他爸 我男人 孩子爸",
    "妻子": "老婆 妻子 媳妇 我太太 孩他妈 孩子妈妈 孩子他妈 婆娘 媳妇儿 孩子妈",
    "配偶": "爱人 老伴 老伴儿 对象 屋里人 另一半",
    "祖父": "爷爷 我爷 俺爷 阿公 祖父",
    "祖母": "奶奶 我奶 俺奶 阿嬷 祖母 嬷嬷",
    "外祖父": "外公 姥爷 外爷 家公 外祖父",
    "外祖母": "外婆 姥姥 家婆 外祖母",
    "孙子": "孙子 外孙 小孙子 外甥孙 大孙子 孙娃",
    "孙女": "孙女 外孙女 小孙女",
    "公公": "公公 老公公", "婆婆": "婆婆 我婆婆", "岳父": "岳父 老丈人 丈人", "岳母": "岳母 丈母娘",
    "哥哥": "哥哥 我哥 大哥 俺哥 表哥 堂哥", "弟弟": "弟弟 我弟 老弟 表弟 堂弟 小弟",
    "姐姐": "姐姐 我姐 大姐 俺姐 表姐 堂姐", "妹妹": "妹妹 我妹 老妹 表妹 堂妹 小妹",
    "亲戚": "舅舅 舅妈 姑姑 姑妈 姨妈家 阿姨 叔叔 伯伯 大伯 婶婶 大姨 小姨 姑父 姨父 侄子 侄女 外甥 外甥女 亲戚 嫂子 姐夫 妹夫 女婿 儿媳",
    "朋友": "朋友 同事 同学 室友 邻居 男朋友 女朋友 闺蜜",
    "本人": "我自己 本人 给自己 帮自己 自己看 自己挂 我本人",
}  # fmt: skip
_KIN_OF = {word: kin for kin, words in _KIN.items() for word in words.split()}
_KINSHIP = re.compile(
    rf"(?P<word>{alternation(_KIN_OF)})"
    r"|(?:帮|给|替|为|带|是|俺|咱|他|她|陪)(?:我|俺|咱|他|她|家里?|你)?(?P<short>[妈爸娘爹爷奶姥哥姐弟妹儿婆舅姑姨叔娃崽])(?![妈爸娘爹爷奶姥哥姐弟妹童科保子女媳])"
)
_SHORT = {"妈": "母亲", "娘": "母亲", "爸": "父亲", "爹": "父亲", "爷": "祖父", "奶": "祖母", "姥": "外祖母", "哥": "哥哥"}
_SHORT |= {"姐": "姐姐", "弟": "弟弟", "妹": "妹妹", "儿": "儿子", "婆": "外祖母", "舅": "亲戚", "姑": "亲戚", "姨": "亲戚"}
_SHORT |= {"叔": "亲戚", "娃": "孩子", "崽": "孩子"}


def kinships(text: str) -> Iterable[Mention]:
    """Whom the message is about: "帮我妈" 母亲, "我家娃" 孩子, "给自己" 本人. Periods (大姨妈) are no aunts."""
    for found in _KINSHIP.finditer(text):
        group = "word" if found["word"] else "short"
        start, end = found.span(group)
        word = found[group]
        before, after = text[max(0, start - 1) : start], text[end : end + 2]
        if (word == "姨" or word == "大姨") and after.startswith("妈"):
            continue
        if after.startswith(("科", "保")) or (word == "对象" and before not in ("我", "的")) or (before == "大" and word == "姨妈"):
            continue
        value = _KIN_OF[word] if group == "word" else _SHORT[word]
        yield Mention("kinship", start, end, word, value)


_SEX = re.compile(
    r"(?P<female>女性|女的|女孩子?|女宝宝?|女士|女生|女娃|妹子|(?<![一-鿿])女(?=$|[,，。、;；\s\d岁])|(?<=是)女(?=$|[,，。\s]))"
    r"|(?P<male>男性|男的|男孩子?|男宝宝?|先生(?!出诊)|男生|男娃|小伙子|(?<![一-鿿])男(?=$|[,，。、;；\s\d岁])|(?<=是)男(?=$|[,，。\s]))"
)


def sexes(text: str) -> Iterable[Mention]:
    """Sex where it is said: female or male. 女医生 and 男科 say nothing about the patient."""
    for found in _SEX.finditer(text):
        after = text[found.end() : found.end() + 2]
        if after.startswith(("医生", "大夫", "专家", "科")):
            continue
        yield Mention("sex", *found.span(), found.group(), "female" if found["female"] else "male")


_PREGNANT = (
    r"怀孕|怀着孕|怀上了|怀了|孕妇|身孕|孕期|孕早期|孕中期|孕晚期|妊娠|有喜了|肚子里有宝宝|大着肚子|身怀六甲|(?<![备避受])孕\s*(?=[\d一二三四五六七八九十])|怀着|有了宝宝"
)
_PREGNANCY = re.compile(
    rf"(?P<no>(?:没有|没|未|不是|并未|无|没在|排除)(?:有)?(?:{_PREGNANT}|孕)|未孕|非孕妇?)"
    rf"|(?P<unsure>(?:会不会|是不是|是否|可能|能不能|想要?|准备|备|避|怀疑|不想|能否|可以|容易|影响|难|导致|宫外|没准|计划|打算|以后|好|怎么才能|不容易)(?:[^,，。]{{0,2}})(?:{_PREGNANT}|孕))"
    rf"|(?P<yes>(?:{_PREGNANT})(?:大概)?(?:[\d一二三四五六七八九十两半]+(?:个?多?月|周|天))?(?:\+\d)?)"
)
_ASKS = re.compile(r"[了的]?(?:吗|么|没有|没|嘛|呢)?\s*[?？]|吗|了没")
_THING = re.compile(r"(?:试|棒|检|测|纹|前|酮|率|的几率|的症状|建档|能|可以|会|期间能|要注意|后能|之前)")


def pregnancies(text: str) -> Iterable[Mention]:
    """Pregnancy said or denied: yes or no. "会不会怀孕", "备孕", "怀孕了吗" say neither."""
    for found in _PREGNANCY.finditer(text):
        if found["unsure"] or _ASKS.match(text, found.end()):
            continue
        if found["yes"] and found["yes"] in ("怀孕", "妊娠") and _THING.match(text, found.end()):
            continue
        yield Mention("pregnancy", *found.span(), found.group(), "no" if found["no"] else "yes")


_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯"
    "龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔汤康葛路易牛洪施温季俞章鲁倪樊柯殷伍庞聂欧毕颜梅申柴苗华宁兰涂祝阮关单柳骆左桂柏乔霍岳耿凌楚冉甘裴翟费纪舒齐桑尚项游"
)
_DOUBLE = ("欧阳", "司马", "上官", "诸葛", "夏侯", "皇甫", "尉迟", "公孙", "慕容", "司徒", "令狐", "东方")
_TITLE = re.compile(r"(?:副主任医师|主任医师|主治医师|副主任|主任|医生|大夫|教授|主治|院长|医师|专家)")
_NO_NAME = frozenset("的了是有不要科看挂找约去个位请问和跟病症名我你他她这那哪好给帮让叫见到换对在能想上下午早晚周星期号做从把被过得为没也就都还")


def doctors(text: str) -> Iterable[Mention]:
    """Doctors by name with their title ("王主任", "李建国医生"); the value is as said. See ``doctor_name``."""
    for found in _TITLE.finditer(text):
        start = _name_start(text, found.start())
        if start < found.start():
            yield Mention("doctor", start, found.end(), text[start : found.end()], text[start : found.end()])


def _name_start(text: str, end: int) -> int:
    for length in (4, 3, 2, 1):
        start = end - length
        if start < 0:
            continue
        name = text[start:end]
        double = name[:2] in _DOUBLE
        given = name[2:] if double else name[1:]
        if not double and (name[0] not in _SURNAMES or len(given) > 2):  # noqa: PLR2004
            continue
        if any(char in _NO_NAME or not "一" <= char <= "鿿" for char in given):
            continue
        if name in ("任何", "高血压", "白血病", "易", "单", "康复", "关节", "温州", "江苏", "金牌", "史上", "石家", "左右"):
            continue
        if name[0] == "周" and (given[:1] in tuple("一二三四五六日末") and given) or _is_weekday(text, start):
            continue
        return start
    return end


def _is_weekday(text: str, start: int) -> bool:
    return text[start] == "周" and text[start + 1 : start + 2] in tuple("一二三四五六日末")


def doctor_name(said: str) -> str:
    """The name without its title: "王主任" 王, "李建国医生" 李建国."""
    found = _TITLE.search(said)
    return said[: found.start()] if found else said
