"""What the classifier learns from: facts, our own complaints, and real questions. Nothing of the *_dev files.

Every sample is a text with shares over second-level departments and a weight. Made texts are drawn with a fixed seed.
"""

import csv
import gzip
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from training.triage.facts import Disease, diseases, drugs, our_department

HERE = Path(__file__).parent
QUESTIONS = Path("intent") / "medical_question_intents_train.csv"


@dataclass(frozen=True)
class Sample:
    """One text; ``shares`` sum to 1; ``source`` is facts, complaints, labelled, matched or asked."""

    text: str
    shares: tuple[tuple[str, float], ...]
    weight: float
    source: str


def _words(told: str) -> tuple[str, ...]:
    """The pieces between "；"; an empty piece is nothing said."""
    return tuple(told.split("；"))


WHEN = _words(
    "最近；昨天开始；这两天；三天了；一个星期了；半个月了；有一个多月了；好几年了；从上个月开始；今天早上起来；"
    "昨晚；前几天；时不时；总是；经常；偶尔；一直；反复；突然；最近老是；两三个月；刚刚；今天；"
    # Weeks by themselves are no pregnancy.
    "两周了；一周了；2周了；有3周了；一周多；三周；四五周了；10天了；3个月了；5天；半年了；2年了"
)
WHO = _words(
    "我今年35岁；男，28岁；女，42岁；我妈妈；我爸65岁；我老公；我朋友；26岁；；；；；；；"
    "医生你好；您好；请问医生；医生，；大夫您好；想咨询一下；你好，我；我；我；本人"
)
ASK = _words(
    "怎么回事；是什么原因；怎么办；吃什么药好；严重吗；要不要去医院；挂什么科；需要做什么检查；怎么治疗；"
    "要紧吗；需要手术吗；这正常吗；请问这是什么情况；怎么引起的；该怎么缓解；有什么好办法；会自己好吗；"
    "用什么药膏；；；；；帮忙看看；是怎么了；有点担心；谢谢医生；会不会很严重；能治好吗；看看报告；"
    "平时注意什么"
)
ABOUT = (
    "{}",
    "{}",
    "{}怎么办",
    "{}吃什么药",
    "得了{}怎么治",
    "医生说是{}",
    "检查出{}",
    "{}是怎么引起的",
    "{}要手术吗",
    "诊断为{}，严重吗",
)
CHILD = (
    "宝宝",
    "孩子",
    "小孩",
    "我家宝宝八个月",
    "儿子三岁",
    "女儿五岁",
    "两岁的孩子",
    "孩子6岁",
    "宝宝一岁半",
    "男宝10个月",
)
PREGNANT = ("怀孕三个月", "孕妇", "孕28周", "怀孕了", "孕晚期", "现在怀孕12周", "孕早期", "怀孕五个月了")
TAKING = (
    "吃{}",
    "用了{}",
    "{}能吃吗",
    "吃了{}不管用",
    "{}要用多久",
    "医生开了{}",
    "{}有副作用吗",
    "在用{}",
    "抹{}",
    "可以用{}吗",
)

# Whose complaints a child has in paediatrics, and whose in the department of the organ all the same.
CHILD_TO_PAEDIATRICS = (
    "呼吸内科",
    "消化内科",
    "神经内科",
    "心血管内科",
    "肾内科",
    "血液内科",
    "内分泌科",
    "全科医学科",
)
CHILD_SAME = ("皮肤科", "眼科", "耳鼻喉科", "口腔科", "骨科")
PREGNANT_TO_OBSTETRICS = ("呼吸内科", "消化内科", "心血管内科", "内分泌科", "全科医学科", "神经内科", "妇科")


@lru_cache(maxsize=1)
def grammar() -> dict[str, dict[str, list[str]]]:
    """Slots, sentences by department (repeated by their factor), and ``{"neutral": {"all": [...]}}``."""
    raw = yaml.safe_load((HERE / "grammar.yaml").read_text(encoding="utf-8"))
    sentences: dict[str, list[str]] = {}
    for name, block in raw["sentences"].items():
        for part in block.split("；"):
            factor, _, sentence = part.strip().partition("*")
            sentences.setdefault(name, []).extend([sentence] * int(factor))
    slots = {name: block.split("；") for name, block in raw["slots"].items()}
    return {"slots": slots, "sentences": sentences, "neutral": {"all": raw["neutral"].split("；")}}


def _around(rng: random.Random, body: str) -> str:
    for _ in range(rng.choice((0, 0, 0, 1, 1, 2, 3))):
        more = rng.choice(grammar()["neutral"]["all"])
        body = f"{body}，{more}" if rng.random() < 0.75 else f"{more}，{body}"
    parts = [rng.choice(WHO), rng.choice(WHEN) if rng.random() < 0.6 else "", body, rng.choice(ASK)]
    if rng.random() < 0.25:
        parts = [parts[0], body, parts[1], parts[3]]
    return rng.choice(("，", "", "，", " ")).join(part for part in parts if part)


def complaints() -> dict[str, list[str]]:
    """Our own everyday complaints by department."""
    blocks = yaml.safe_load((HERE / "complaints.yaml").read_text(encoding="utf-8"))
    return {name: [part.strip() for part in block.split("；") if part.strip()] for name, block in blocks.items()}


def from_complaints(rng: random.Random, rounds: int = 6) -> Iterator[Sample]:
    """Each complaint by itself, among others of its department, and said of a child or in pregnancy."""
    for name, phrases in complaints().items():
        for phrase in phrases:
            yield Sample(phrase, ((name, 1.0),), 1.5, "complaints")
            for _ in range(rounds):
                more = rng.sample(phrases, k=min(len(phrases), rng.choice((0, 0, 1, 1, 2, 3))))
                body = rng.choice(("，", "，", "、", "")).join(dict.fromkeys([phrase, *more]))
                yield Sample(_around(rng, body), ((name, 1.0),), 1.0, "complaints")
            if name in CHILD_TO_PAEDIATRICS and rng.random() < 0.7:
                shares = (("小儿内科", 0.9), (name, 0.1))
                yield Sample(_around(rng, rng.choice(CHILD) + phrase), shares, 1.0, "complaints")
            if name in CHILD_SAME and rng.random() < 0.4:
                shares = ((name, 0.75), ("小儿内科", 0.25))
                yield Sample(_around(rng, rng.choice(CHILD) + phrase), shares, 1.0, "complaints")
            if name in PREGNANT_TO_OBSTETRICS and rng.random() < 0.3:
                shares = (("产科", 0.8), (name, 0.2))
                yield Sample(_around(rng, rng.choice(PREGNANT) + phrase), shares, 1.0, "complaints")


def from_grammar(rng: random.Random, each: int = 900) -> Iterator[Sample]:
    """Complaints put together from slots; a department that is asked for often has more slots, not more samples."""
    slots = grammar()["slots"]
    for name, sentences in grammar()["sentences"].items():
        for _ in range(each):
            told = re.sub(r"\{(\w+)\}", lambda slot: rng.choice(slots[slot[1]]), rng.choice(sentences))
            yield Sample(_around(rng, told), ((name, 1.0),), 1.0, "grammar")


def from_consultations(rng: random.Random, rounds: int = 14) -> Iterator[Sample]:
    """Our longer consultations, whole and with clauses dropped and reordered, among what people add."""
    rows = yaml.safe_load((HERE / "consultations.yaml").read_text(encoding="utf-8"))
    for name, told in rows.items():
        for text in told:
            yield Sample(text, ((name, 1.0),), 2.0, "consultations")
            clauses = text.split("，")
            for _ in range(rounds):
                kept = rng.sample(clauses, k=rng.randint(max(1, len(clauses) // 2), len(clauses)))
                if rng.random() < 0.6:
                    kept.sort(key=clauses.index)
                yield Sample(_around(rng, "，".join(kept)), ((name, 1.0),), 1.0, "consultations")


def messages() -> list[tuple[str, str]]:
    """Our own messages in the way of on-line consultations, each with its department."""
    files = sorted((HERE / "messages").glob("*.yaml"))
    blocks = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files]
    return [(text, name) for block in blocks for name, told in block.items() for text in told]


ROUNDS = 8
"""Variants made of each message."""


def from_messages(rng: random.Random) -> Iterator[Sample]:
    """Each message by itself, and with clauses dropped and reordered, among what people add."""
    for text, name in messages():
        yield Sample(text, ((name, 1.0),), 3.0, "messages")
        clauses = text.split("，")
        for _ in range(ROUNDS):
            kept = rng.sample(clauses, k=rng.randint(max(1, (len(clauses) + 1) // 2), len(clauses)))
            if rng.random() < 0.6:
                kept.sort(key=clauses.index)
            yield Sample(_around(rng, "，".join(kept)), ((name, 1.0),), 1.0, "messages")


def from_facts(rng: random.Random, known: list[Disease]) -> Iterator[Sample]:
    """A disease named, asked about, and told by its signs alone."""
    for disease in known:
        for name in dict.fromkeys((disease.name, *disease.aliases[:4])):
            yield Sample(rng.choice(ABOUT).format(name), disease.departments, 0.5, "facts")
        signs = [sign for sign in disease.symptoms if len(sign) <= 8]
        if len(signs) >= 2:
            for _ in range(2):
                told = rng.sample(signs, k=min(len(signs), rng.choice((1, 2, 3, 4))))
                yield Sample(_around(rng, rng.choice(("，", "、")).join(told)), disease.departments, 0.35, "facts")


def from_drugs(rng: random.Random, data: Path, known: list[Disease]) -> Iterator[Sample]:
    """A drug taken or asked about speaks for the departments of what it is given for, the more the fewer these are."""
    for name, shares in drugs(data, known).items():
        clear = max(share for _, share in shares)
        for _ in range(2):
            yield Sample(_around(rng, rng.choice(TAKING).format(name)), shares, 0.4 * clear, "drugs")


def questions(data: Path) -> list[str]:
    """The real questions, by row number."""
    with (data / QUESTIONS).open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file)]


def labels() -> dict[int, str]:
    """Our own department for some of the questions, by row number."""
    rows = yaml.safe_load((HERE / "question_labels.yaml").read_text(encoding="utf-8"))
    return {row: name for name, numbers in rows.items() for row in numbers}


def labelled(data: Path) -> list[Sample]:
    """The real questions that we read and gave a department."""
    texts = questions(data)
    return [Sample(texts[row], ((name, 1.0),), 2.5, "labelled") for row, name in sorted(labels().items())]


def matched(data: Path, known: list[Disease]) -> Iterator[Sample]:
    """Real questions that name a disease of the facts: the longest name speaks, a weak label."""
    by_name = {name: disease for disease in known for name in (*disease.aliases, disease.name) if len(name) >= 3}
    own = labels()
    for row, text in enumerate(questions(data)):
        if row in own:
            continue
        for size in range(12, 2, -1):
            hits = [text[i : i + size] for i in range(len(text) - size + 1) if text[i : i + size] in by_name]
            if hits:
                yield Sample(text, by_name[hits[0]].departments, 0.6, "matched")
                break


def asked(data: Path, rng: random.Random, most: int = 350) -> Iterator[Sample]:
    """The questions that came with a department; nearly all are internal medicine, so at most ``most`` of each."""
    taken: Counter[str] = Counter()
    with gzip.open(data / "triage" / "department_questions_train.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row["source"] != "DISC-CMD"]
    rng.shuffle(rows)
    for row in rows:
        name = our_department(row["dept2"]) or our_department(row["dept1"])
        if row["dept1"] == "儿科" and name not in ("新生儿科", "小儿外科"):
            name = "小儿内科"
        if name and taken[name] < most:
            taken[name] += 1
            yield Sample(row["text"], ((name, 1.0),), 1.0, "asked")


def held_out(data: Path) -> list[tuple[str, str]]:
    """Real consultations that are never trained on, with the first level they came with: they set the calibration."""
    with gzip.open(data / "triage" / "department_questions_train.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    rows = [row for row in rows if row["source"] == "DISC-CMD"]
    return [(row["text"], "外科" if row["dept1"] == "男科" else row["dept1"]) for row in rows]


def gather(data: Path, seed: int = 11) -> list[Sample]:
    """All samples, the labelled ones last."""
    rng = random.Random(seed)
    known = list(diseases(data))
    own = [*from_complaints(rng), *from_grammar(rng), *from_consultations(rng), *from_messages(rng)]
    made = [*own, *from_facts(rng, known), *from_drugs(rng, data, known), *matched(data, known), *asked(data, rng)]
    return made + labelled(data)
