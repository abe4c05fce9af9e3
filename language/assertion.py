"""Whether a mention is a present complaint: negated, past, hypothetical, a question of knowledge, or another's.

After ConText (Harkema et al. 2009, J Biomed Inform 42:839-851): a trigger word opens a scope, a boundary closes it.
Chinese has no word boundaries, so scopes are counted in characters and end at punctuation and at turning words.
Every look around a mention is bounded, so the cost is linear in the number of mentions whatever the text's length.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

BEFORE = 40  # characters looked at before a mention
AFTER = 24  # and after it

SENTENCE_END = re.compile(r"[。！？!?；;\n]")
CLAUSE_END = re.compile(r"[，,。！？!?；;：:\n]|但是?|可是|不过|然而|只是|却|就是")

# Words that look like a negation and are none: what is negated is not the mention behind them.
_NOT_A_NEGATION = re.compile(
    r"不(?:知道?|停|断|住|止|舒服|小心|能|行|得了|久|但|仅|光|只|清|好|对劲?|明|退|吃|喝|动|醒|通|完|下|了|起|上|出|消"
    r"|愈|适|轻|敢|愿|肯|要|一会|到|自主|由|见好|见效|敏|均|稳|省|理人?|认|语|安|灵|开|管用|听|说|像|回|掉|理想|太?舒服)"
    r"|没(?:法|多久|多会|一会|想到|注意|看住|办法|用|力|劲|精神|睡|吃|喝|站稳|缓|反应|醒|退|知觉|呼吸|气|人|好|见好"
    r"|效果|意识|心跳|脉搏|过多久|几分钟|多长时间|大人|踩稳|抓稳|坐稳|啥诱因|当心|留神|走几步|说几句)"
    r"|没有(?:诱因|原因|好转|用|缓解|效果|力气|精神|反应|意识|知觉|呼吸|心跳|脉搏|外伤|受伤|吃|睡|明显诱因|什么诱因|任何诱因"
    r"|明显原因|任何原因|征兆|任何征兆|病史|人|办法)"
    r"|无(?:痛性?|症状|声|色|味|菌|法|故|力|明显诱因|诱因|明显原因|缘无故|缘|意识|反应|呼吸|心跳|脉搏|人|外伤|精打采|意中|任何诱因)"
    r"|未(?:缓解|好转|愈|退|治|接种|及时|成年|足月|满)"
    r"|受不了|了不得|忍不住|止不住|控制不住|要不要|是不是|不是一直|会不会|能不能|有没有|差不多|不由得"
)
_STRONG_NEGATION = re.compile(
    r"(?:没有|没得|木有|莫得|冇|没|无|未见|未发现|未出现|未再|未|否认|并无|从不|排除|不伴有?|不是|并非|不存在|不再|从未|看不出|谈不上)"
    r"(?P<gap>[^，,。！？!?；;：:\n]{0,12})$"
)
_STRONG_LISTING = re.compile(r"[、和或及与跟也]|还有")
_WEAK_NEGATION = re.compile(r"(?:不|不太|不怎么|不大|不会|不算|别|勿|没怎么|没太|唔|毋|勿会|弗)$")
_NEGATED_AFTER = re.compile(
    r"^(?:[的等]{0,2}(?:症状|情况|现象|表现|感觉|史)?[也都均倒是又就]{0,3}"
    r"(?:没有(?!缓解|好转|停|减轻|改善|用|消|好|退)|没(?=[，,。！!？?；;了出\n]|$)|阴性|不存在|未见|均无|都无|\(-\))"
    r"|(?:[^。！？!?；;\n]{0,14}?)(?:都没有|均没有|均无|都无|全没有|统统没有|通通没有|一概没有|啥的都没)(?=[，,。！!？?；;了过的出\n]|$|这些|任何|发生|什么|明显))"
)

_LONG_AGO = re.compile(
    r"(?:[\d一二两三四五六七八九十几多半]+(?:年|个多?月|月|周|个?星期|个?礼拜)(?:多|半|左右)?(?:以前|之前|前)|去年|前年|往年|当年|那年|早年|大前年"
    r"|(?:上|前)个?(?:月|星期|礼拜|周)|小时候|岁(?:的时候|时|那年|左右的时候)|年轻时|年轻的时候|(?:19|20)\d\d年|\d{1,2}年(?=\d{1,2}月|的时候|就|做|得|发|犯)"
    r"|出生时|出生的时候|生下来时|怀[他她]的?时候?|大学时?候?的?时候|上学时|读书时|好几年前|多年前|很久以前|很早以前)(?!开始|以来|起|到现在|至今)"
)
_BEFORE_NOW = re.compile(
    r"(?:以前|从前|曾经|曾|既往|过去|上次|上回|那次|那回|有一?[次回]|有一天|之前(?=的|有|因|做|得|就)|有过|得过|发生过|出现过|病史|已经治好)"
    r"(?!开始|以来|起|到现在|至今|没有|没|从来)"
)
_NOW = re.compile(
    r"现在|今天|今早|今晚|今儿|刚才|刚刚|昨天|昨晚|昨儿|昨日|这次|这回|这会|这两天|这几天|目前|又|再次|最近|近来|如今|眼下|至今|到现在|还在|仍|正在|此刻|方才"
)
_PRESENT = re.compile(
    r"现在|今天|今早|今晚|今儿|刚才|刚刚|刚|昨天|昨晚|昨儿|昨日|凌晨|突然|突发|忽然|这次|这回|这会|这两天|这几天|目前|又|再次|最近"
    r"|近来|如今|眼下|至今|到现在|还是|还在|仍|正在|此刻|马上|方才|一下子|早上|晚上|半夜|没有?过|从来没"
)
_PAST_AFTER = re.compile(
    r"^(?:[\d一二两三几好]*(?:病史|史(?![以])|过(?:[\d一二两三几好多]+[次回])?(?=[，,。！!？?；;的吗嘛么\n]|$)|的病史))"
)

_HYPOTHETICAL = re.compile(
    r"(?:如果|要是|假如|假设|万一|倘若|若是|一旦|会不会|是不是会|是否会?|担心|害怕|生怕|唯恐|以防|防止|避免|预防|以免|免得|容易|可能会"
    r"|有可能会?|能不能|能否|会(?:引起|导致|造成|出现|有|发生|引发|诱发)|(?:可以?|容易|可能|能)(?:引起|导致|造成|引发|诱发)|警惕|有无|有没有"
    r"|说明书|副作用|不良反应|怕(?![冷热光风水吵疼痛])|的话|恐惧"
    r"|会(?=[^，,。\n]{0,8}(?:吗|么|嘛|不|吧|\?|？))|以后会|将来会|导致.{0,3}的风险|防)"
    r"(?P<gap>[^。！？!?；;\n]{0,16})$"
)
# "打完疫苗会发烧吗": the question closes behind the mention.
_WILL = re.compile(r"(?<!不)(?<!怎么)(?<!就)(?<!都)会(?:不会)?$")
_WILL_ASKED = re.compile(r"^[^，,。！？!?；;\n]{0,4}(?:吗|么|嘛|\?|？)")
_BREAKS_HYPOTHESIS = re.compile(
    r"[，,](?=[^，,]*(?:突然|现在|刚|今天|已经|还|又|就))|但|可是|因为|结果|[，,][^，,]{8,}[，,]"
)
_HYPOTHETICAL_AFTER = re.compile(
    r"^[^，,。！？!?；;\n]{0,6}?(?:的?风险|的?可能性|的可能|的几率|的概率|的话|怎么预防|如何预防|怎么防|预防|之前的|的?前兆|的?先兆|的?征兆"
    r"|的?急救(?:知识|方法|措施|培训)|怎么急救|如何急救|能预防)"
)
# The mention is only part of a name: 胸痛中心, 中风后遗症, 自杀干预热线.
_COMPOUND_AFTER = re.compile(
    r"^(?:的?(?:中心|门诊|专科|病房|专家|诊室|科室|后遗症|康复|恢复期|疫苗|保险|险|报销|理赔|(?:患者|病人)的?(?=能|可以|要|应该|该|吃|怎么|饮食|注意|适合|出院|平时|需要|日常|护理|康复|多久|有哪些|是否)|术后"
    r"|手术后|的?护理|饮食|食谱|指南|科普|讲座|培训|知识|危害|定义|原理|的?后遗|干预|热线|绿色通道|救治|证|鉴定|赔偿|伤残|致残|责任|理赔|官司|索赔|伤?血清|抗毒|预警|监测|检查|筛查|的药|用药"
    r"|急救|的人(?:能|可以|要|应该|该|会|适合|吃|怎么)|家属|险种|病因|机制|分级|分型|分期|早期(?:表现|症状)|抢救(?:的|用|药|流程|室)|指标|那个?科|归哪|属于)"
    r"|科)"
)
# Told of, not lived: a film, the news, a dream.
_STORY = re.compile(
    r"同意书|告知书|梦[见到]|做梦|电视剧?(?!前|机)|小说|(?<!看)(?<!看完)(?<!看了)电影|剧里|剧中|新闻|网上(?:说|看|查|有)|百度|视频里|看到别人|听说(?!不)|据说|据报道|报道|论文|演习|演练|游戏里|主角|课本"
)
_KNOWLEDGE = re.compile(
    r"什么是|什么叫|是什么(?:意思|病|东西|概念|症状)|有哪些|哪些(?:症状|表现|情况|人|食物|药|原因)|有什么(?:症状|表现|前兆|先兆|区别|危害|征兆|特点|风险)"
    r"|什么(?:症状|表现|前兆|先兆|征兆)(?:呢|呀|啊)?(?:$|[?？，,。])|(?:怎么|如何|怎样)(?:预防|判断|区分|分辨|识别|鉴别|辨别|避免|急救|抢救|自救|正确|防)"
    r"|科普|讲座|论文|考试|题目|作业|(?:的|有)区别|什么(?:情况下|时候|样的人)|会遗传|传染吗|能活多久|治愈率|死亡率|发病率|几楼|多少钱|挂号费|能报销|可以报销"
    r"|怎么报销|哪年|历史上|明星|演员|为什么会|会(?:死|猝死|致命|要命|危及生命)[人]?(?:吗|么|嘛|不|\?|？)|属于(?:几级|什么|哪|急)|算不算|严重吗不|什么人容易|哪类人"
)
# Said anywhere in the sentence, these make all of it a question of knowledge.
_STUDY = re.compile(
    r"考试|要考|想了解|了解一下|写论文|课堂|备课|想学|医学生|护理专业|规培|实习生|备考|学习一下|做科普|写作业|这道题|选择题|培训的?时间|报名"
)
_COMPLAINT = re.compile(
    r"突然|突发|忽然|刚才|刚刚|现在|今天|昨天|昨晚|今早|正在"
    r"|我(?!想问|想知道|问|们医院|要写|在写|的论文|听说|想了解|想请问|好奇)|俺|咱|他|她|孩子|宝宝|[爸妈爹娘爷奶]|老公|老婆|老人家|邻居|同事|快"
)

_KIN = (
    "爸爸|妈妈|父亲|母亲|爸|妈|爹|娘|爷爷|奶奶|外公|外婆|姥姥|姥爷|公公|婆婆|岳父|岳母|丈夫|老公|妻子|老婆|媳妇|爱人|对象|男朋友|女朋友|男友|女友"
    "|儿子|女儿|闺女|孩子|小孩|宝宝|宝贝|娃娃|娃|婴儿|孙子|孙女|外孙|哥哥|姐姐|弟弟|妹妹|哥|姐|弟|妹|叔叔|阿姨|舅舅|姑姑|姨妈|伯伯|朋友|同学|同事|邻居"
    "|室友|老头|老太太|老人|老爷子|老头子|老伴|路人|工友|学生|领导|师傅|产妇|孕妇|有人|病人|患者"
)
_EXPERIENCER = re.compile(f"(?:{_KIN})")
_ANIMAL = re.compile(
    r"(?<![被让给叫遭挨对怕吸养])(?<!被我家)(?<!被邻居家)(?<!被朋友家)(?<!被一条)(?<!被一只)"
    r"(?:狗狗|猫咪|小狗|小猫|狗子|狗崽|金毛|泰迪|柯基|哈士奇|拉布拉多|宠物|仓鼠|兔子|鹦鹉|乌龟|主子|毛孩子|(?<![天热疯海熊])狗|猫|喵)"
    r"(?![咬抓挠毛粮尿屎叫砸扑绊抢拽])(?!.{0,4}(?:咬|抓伤|抓了|挠|扑倒|绊))"
)


@dataclass(frozen=True, slots=True)
class Assertion:
    """How one mention is meant. ``experiencer`` is "self", the word for another person, or "animal"."""

    negated: bool
    past: bool
    hypothetical: bool
    question: bool
    experiencer: str
    topic: bool = False
    """Part of a name (胸痛中心) or of a story (a film, the news); ``question`` is then true as well."""

    @property
    def present(self) -> bool:
        """A complaint that a person has now."""
        return not (self.negated or self.past or self.hypothetical or self.question or self.experiencer == "animal")


def assertions(text: str, spans: Sequence[tuple[int, int]]) -> list[Assertion]:
    """The assertion of each span ``(start, end)`` of ``text``, in the order of ``spans``; never raises on any text."""
    known: dict[tuple[str, str, str], Assertion] = {}  # a text that repeats itself is read once
    said = []
    for start, end in spans:
        around = (text[max(0, start - BEFORE) : start], text[start:end], text[end : end + AFTER])
        if around not in known:
            known[around] = _assertion(*around)
        said.append(known[around])
    return said


def only_of_animals(text: str, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether there are symptoms at ``spans`` of ``text`` and all of them are an animal's ("我家狗一直吐")."""
    said = assertions(text, spans)
    return bool(said) and all(one.experiencer == "animal" for one in said)


def _assertion(before: str, mention: str, after: str) -> Assertion:
    before = _last_piece(before, SENTENCE_END)
    clause_before = _last_piece(before, CLAUSE_END)
    clause = clause_before + mention + _first_piece(after, CLAUSE_END)
    topic = bool(_COMPOUND_AFTER.match(after) or _STORY.search(before))
    return Assertion(
        negated=_negated(clause_before, after),
        past=_past(before, mention, after),
        hypothetical=_hypothetical(before, after),
        question=topic or _question(clause, before + mention + _first_piece(after, SENTENCE_END)),
        experiencer=_experiencer(before, mention),
        topic=topic,
    )


def _last_piece(text: str, boundary: re.Pattern[str]) -> str:
    cut = 0
    for match in boundary.finditer(text):
        cut = match.end()
    return text[cut:]


def _first_piece(text: str, boundary: re.Pattern[str]) -> str:
    match = boundary.search(text)
    return text[: match.start()] if match else text


def _negated(clause_before: str, after: str) -> bool:
    cleaned = _NOT_A_NEGATION.sub(lambda found: "＊" * len(found.group()), clause_before)
    if _WEAK_NEGATION.search(cleaned):
        return True
    strong = _STRONG_NEGATION.search(cleaned)
    if strong and _reaches(strong["gap"]):
        return True
    return bool(_NEGATED_AFTER.match(after))


def _reaches(gap: str) -> bool:
    """A negation reaches its mention over a few characters, or over a list of other findings, not over a new event."""
    if re.search(r"突然|突发|就|结果|然后|才|已经|反而|了(?=.)|，|,|的时候|以后|之后", gap):
        return False
    return len(gap) <= 6 or bool(_STRONG_LISTING.search(gap))  # noqa: PLR2004 (about three words)


def _past(before: str, mention: str, after: str) -> bool:
    if (
        not after.startswith(("过敏", "过来", "过去", "过量", "过多"))
        and _PAST_AFTER.match(after)
        and not _PRESENT.search(before)
    ):
        return True
    # What is years old stays past until the text comes back to now; "以前" only until anything new begins.
    # The time may stand within the mention: 鼻血去年有一次止不住.
    return _unbroken(before + mention, _LONG_AGO, _NOW) or _unbroken(before, _BEFORE_NOW, _PRESENT)


def _unbroken(before: str, trigger: re.Pattern[str], breaker: re.Pattern[str]) -> bool:
    last = None
    for match in trigger.finditer(before):
        last = match
    return last is not None and not breaker.search(before, last.end())


def _hypothetical(before: str, after: str) -> bool:
    match = _HYPOTHETICAL.search(before)
    if match and not _BREAKS_HYPOTHESIS.search(match["gap"]):
        return True
    if _WILL.search(before) and _WILL_ASKED.match(after):
        return True
    return bool(_HYPOTHETICAL_AFTER.match(after))


def _question(clause: str, sentence: str) -> bool:
    if _STUDY.search(sentence) and not _COMPLAINT.search(clause):
        return True
    return bool(_KNOWLEDGE.search(clause)) and not _COMPLAINT.search(clause)


def _experiencer(before: str, mention: str) -> str:
    animal = _ANIMAL.search(before)
    # "狗吃的药被孩子吃了": a person named after the animal is whom it is about.
    if animal and not _EXPERIENCER.search(before[animal.end() :] + mention):
        return "animal"
    last = None
    for match in _EXPERIENCER.finditer(before):
        last = match
    return last.group() if last else "self"
