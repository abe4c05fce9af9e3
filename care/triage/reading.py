"""Reading the evidence: what is present and denied, whose complaint it is, how long and how bad."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from care.triage.evidence import Evidence
from care.triage.questions import Option, Question, questions
from language.extraction import Mention, extract

LONGEST = 4000
"""Characters of the joined messages that are read; longer ones lose their middle."""

FEVER = "发热"
CHILD_BELOW = 14.0
INFANT_BELOW = 1.0
NEWBORN_BELOW = 28 / 365

_FEMALE = frozenset(("母亲", "婆婆", "岳母", "祖母", "外祖母", "女儿", "妻子", "姐姐", "妹妹", "孙女"))
_MALE = frozenset(("父亲", "公公", "岳父", "祖父", "外祖父", "儿子", "丈夫", "哥哥", "弟弟", "孙子"))
_CHILDREN = frozenset(("儿子", "女儿", "孩子", "孙子", "孙女"))
_OLD = frozenset(("祖父", "祖母", "外祖父", "外祖母"))
_CHILD_WORDS = re.compile(
    r"宝宝|婴儿|婴幼儿|幼儿|新生儿|小儿|儿童|女童|男童|小孩|小朋友|刚出生|早产儿|吃奶|吐奶|辅食|尿不湿|纸尿裤"
)
_NEWBORN_WORDS = re.compile(
    r"新生儿|刚出生|早产儿|出生[一二三四五六七八九十两\d]{1,3}天|出生才?几天|没满月|未满月|刚满月|脐带"
)
# The child is there, but not ill: it may catch something, or was born, or is wished for.
_NOT_THE_CHILD = re.compile(
    r"(?:传染|传|影响|伤害|对|给|带|监督|辅导|接送|生完|生了|生|要|备孕|想要|怀|喂|抱|肚子里的?|胎里|哺乳|照顾|陪|养|有)(?:到|给|着|的|个|了|过|肚子里的?)?"
    r"(?:孩子|宝宝|小孩|小宝宝|二胎|婴儿|小朋友|女儿|儿子)"
    r"|(?:孩子|宝宝)(?:会不会|会|能不能|可能)?(?:被)?(?:传染|有影响|受影响|能要|要不要|能留)|哺乳期|坐月子|产后|怀孕|孕[\d一二三四五六七八九十早中晚期妇周]|胎儿|胎"
)
_ADULT_CHILD = re.compile(
    r"(?:1[4-9]|[2-9]\d)岁|(?:十[四五六七八九]|[二三四五六七八九]十)[一二三四五六七八九]?岁|上大学|高[一二三]|大学生"
)
_MALE_WORDS = re.compile(r"龟头|包皮|阴茎|睾丸|阴囊|前列腺|丁丁|小鸡鸡|蛋蛋|早泄|阳痿|勃起|射精|遗精|精液|精索")
_FEMALE_WORDS = re.compile(
    r"月经|例假|大姨妈|姨妈|阴道|白带|外阴|阴唇|子宫|卵巢|宫颈|输卵管|怀孕|孕妇|痛经|更年期|人流|药流|哺乳"
)
_HAN = re.compile(r"[一-鿿]")
LEAST_HAN = 3
"""Chinese characters below which a text without a symptom says nothing."""
_ANIMAL = re.compile(
    r"(?:我家?|我们家|家里|养)的?(?:那?[只条])?(?:小?狗狗?|小?猫咪?|猫猫|宠物|兔子|仓鼠|鹦鹉|泰迪|金毛|柯基|乌龟|布偶)(?!咬|抓|挠|舔|毛|过敏)"
    r"|(?:狗狗|猫咪|宠物)(?:不吃|吐|拉|呕|咳|生病|精神|走路|瘸)|兽医"
)
_LETTER = re.compile(
    r"出院(?:小结|记录|诊断|医嘱|日期|情况)|入院(?:诊断|日期|情况|记录)|住院号|病案号|主诉|现病史|既往史|个人史|家族史|体格检查|查体|辅助检查|诊疗经过|处理意见"
)
LETTER_HEADINGS = 3
"""Different headings of a medical record that make a text one."""
FEVER_FROM, CHILD_FEVER_FROM = 37.5, 38.0
"""°C from which a measured temperature is a fever, whatever else is said (NICE NG143 for children)."""
_BITTEN = re.compile(r"咬|抓(?:伤|破|了)|挠|舔|传染")
_PARTNER = re.compile(r"老婆|媳妇|女朋友|女友|妻子|老公|男朋友|男友|丈夫")


@dataclass(frozen=True, slots=True)
class Reading:
    """What one complaint says. ``said`` are the sentences that chosen answers stand for."""

    text: str
    affirmed: str = ""
    """``text`` with the symptoms that it denies left blank: what rules search for words."""
    said: tuple[str, ...] = ()
    present: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()
    words: tuple[tuple[str, str], ...] = ()
    parts: frozenset[str] = frozenset()
    age_years: float | None = None
    child: bool = False
    newborn: bool = False
    sex: str | None = None
    pregnant: bool | None = None
    temperature: float | None = None
    days: float | None = None
    severity: str | None = None
    answered: frozenset[str] = frozenset()
    raised: tuple[str, ...] = ()
    """Urgencies that chosen answers carry by themselves ("call_120" of a danger sign)."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """The messages as one text without what they deny, then what each answer stands for."""
        return (self.affirmed, *self.said)

    @property
    def vague(self) -> bool:
        """Whether the words say next to nothing of what is wrong with a person."""
        if self.animal:
            return True
        return not self.present and not self.parts and len(_HAN.findall(self.whole)) < LEAST_HAN

    @property
    def animal(self) -> bool:
        """Whether it is an animal that is ill."""
        return _ANIMAL.search(self.text) is not None and _BITTEN.search(self.text) is None

    @property
    def letter(self) -> bool:
        """Whether it is a pasted medical record: what it tells may be long past."""
        return len(set(_LETTER.findall(self.text))) >= LETTER_HEADINGS

    @property
    def whole(self) -> str:
        """Everything said, messages and answers."""
        return "。".join((self.text, *self.said)) if self.said else self.text


def joined(texts: tuple[str, ...]) -> str:
    """The messages as one text of at most :data:`LONGEST` characters."""
    whole = "。".join(text.strip() for text in texts if text.strip())
    if len(whole) <= LONGEST:
        return whole
    return f"{whole[: LONGEST * 3 // 4]}。{whole[-LONGEST // 4 :]}"


def mentioned(text: str) -> list[Mention]:
    """What the text names; dates in it are not used, so that the same words are always read alike."""
    return extract(text, now=datetime(2026, 1, 1, tzinfo=UTC)) if text else []


def read(evidence: Evidence) -> Reading:
    """The reading of ``evidence``; never raises for what a patient may write."""
    text = joined(evidence.texts)
    mentions = mentioned(text)
    present = {m.value for m in mentions if m.kind == "symptom" and not m.negated}
    denied = {m.value for m in mentions if m.kind == "symptom" and m.negated} - present
    age, child = _age(evidence, mentions, text)
    temperature = max((float(m.value) for m in mentions if m.kind == "temperature"), default=None)
    if temperature is not None and temperature >= (CHILD_FEVER_FROM if child else FEVER_FROM):
        # "不发烧但是39度": the measure wins.
        present, denied = present | {FEVER}, denied - {FEVER}
    reading = Reading(
        text=text,
        affirmed=_affirmed(text, mentions),
        present=frozenset(present),
        denied=frozenset(denied),
        words=tuple((m.text, m.value) for m in mentions if m.kind == "symptom" and not m.negated),
        parts=frozenset(m.value for m in mentions if m.kind == "body_part"),
        age_years=age,
        child=child,
        newborn=(age is not None and age < NEWBORN_BELOW) or (child and bool(_NEWBORN_WORDS.search(text))),
        sex=_sex(evidence, mentions, text),
        pregnant=_pregnant(evidence, mentions),
        temperature=temperature,
        days=max((float(m.value) for m in mentions if m.kind == "duration"), default=None),
        severity=_worst(mentions),
    )
    for name, value in evidence.answers.items():
        question = questions().get(name)
        option = question.option(value) if question else None
        if question and option:
            reading = with_answer(reading, question, option)
    return reading


def with_answer(reading: Reading, question: Question, option: Option) -> Reading:
    """``reading`` as it would be if ``option`` were the answer to ``question``."""
    age = option.age_years if option.age_years is not None else reading.age_years
    present = (reading.present | option.says_symptoms) - option.denies
    return replace(
        reading,
        said=(*reading.said, option.says) if option.says else reading.said,
        present=frozenset(present),
        denied=frozenset((reading.denied | option.denies) - option.says_symptoms),
        age_years=age,
        child=age < CHILD_BELOW if option.age_years is not None and age is not None else reading.child,
        sex=option.sex or reading.sex,
        pregnant=option.pregnant if option.pregnant is not None else reading.pregnant,
        temperature=option.temperature if option.temperature is not None else reading.temperature,
        days=option.days if option.days is not None else reading.days,
        severity=option.severity or reading.severity,
        answered=reading.answered | {question.id},
        raised=(*reading.raised, option.urgency) if option.urgency else reading.raised,
    )


def _affirmed(text: str, mentions: list[Mention]) -> str:
    letters = list(text)
    for mention in mentions:
        if mention.kind == "symptom" and mention.negated:
            letters[mention.start : mention.end] = "　" * (mention.end - mention.start)
    return "".join(letters)


def _age(evidence: Evidence, mentions: list[Mention], text: str) -> tuple[float | None, bool]:
    if evidence.age_years is not None:
        return evidence.age_years, evidence.age_years < CHILD_BELOW
    ages = [float(m.value) for m in mentions if m.kind == "age"]
    if ages:
        # "我30岁，孩子2岁发烧": the child is the one who is ill, if one is spoken of.
        young = min(ages)
        # "从13岁到现在16岁": a story, not a child, unless a child is spoken of.
        grown = max(ages) >= CHILD_BELOW and not _CHILD_WORDS.search(text) and not _child_kin(mentions)
        born = bool(_NOT_THE_CHILD.search(text)) and len(ages) == 1 and young < INFANT_BELOW
        child = young < CHILD_BELOW and not grown and not born
        return (young, child) if child else (max(ages), False)
    kin = {m.value for m in mentions if m.kind == "kinship"}
    spoken = _child_kin(mentions) or bool(_CHILD_WORDS.search(text))
    child = spoken and not _NOT_THE_CHILD.search(text) and not _ADULT_CHILD.search(text)
    if kin & _OLD and not child:
        return 70.0, False
    return None, child


def _child_kin(mentions: list[Mention]) -> bool:
    return any(m.kind == "kinship" and m.value in _CHILDREN for m in mentions)


def _sex(evidence: Evidence, mentions: list[Mention], text: str) -> str | None:
    if evidence.sex in ("female", "male"):
        return evidence.sex
    said = [m.value for m in mentions if m.kind == "sex" and not m.negated]
    if said:
        return said[0]
    for mention in mentions:
        if mention.kind == "kinship" and mention.value in _FEMALE | _MALE:
            return "female" if mention.value in _FEMALE else "male"
    if _PARTNER.search(text):
        return None
    male, female = bool(_MALE_WORDS.search(text)), bool(_FEMALE_WORDS.search(text))
    return None if male == female else "male" if male else "female"


def _pregnant(evidence: Evidence, mentions: list[Mention]) -> bool | None:
    if evidence.pregnant is not None:
        return evidence.pregnant
    said = [m.value for m in mentions if m.kind == "pregnancy"]
    return None if not said else "yes" in said


def _worst(mentions: list[Mention]) -> str | None:
    said = {m.value for m in mentions if m.kind == "severity" and not m.negated}
    return next((value for value in ("severe", "moderate", "mild") if value in said), None)
