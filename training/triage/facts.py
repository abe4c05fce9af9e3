"""Facts of the knowledge folder: which disease belongs to which departments, and what it looks like."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from language.departments import department_named

# Names that the knowledge uses and the house does not know, or knows otherwise.
NAMED = {
    "皮肤性病科": "皮肤科",
    "妇产科": "妇科",
    "外科": "普外科",
    "基本外科": "普外科",
    "腹部外科": "普外科",
    "内科": "全科医学科",
    "脑外科": "神经外科",
    "肿瘤外科": "肿瘤内科",
    "头颈肿瘤外科": "肿瘤内科",
    "乳腺肿瘤科": "乳腺外科",
    "儿科综合": "小儿内科",
    "心理科": "精神心理科",
    "精神病科": "精神心理科",
    "临床心理科": "精神心理科",
    "心理医学科": "精神心理科",
    "营养科": "内分泌科",
    "胸心血管外科": "心胸外科",
    "心血管外科": "心胸外科",
    "口腔颌面外科": "口腔科",
    "口腔修复科": "口腔科",
    "耳鼻咽喉头颈外科": "耳鼻喉科",
    "感染和临床微生物科": "感染科",
    "中西医结合科": "中医科",
    "骨伤科": "骨科",
    "康复理疗科": "康复医学科",
    "妇科肿瘤": "妇科肿瘤科",
    "胃肠外科": "普外科",
    "肝胆外科": "普外科",
    "肝胆科": "普外科",
    "不孕不育": "生殖医学科",
    "计划生育": "计划生育科",
    "神经脑外科": "神经外科",
    "心血管科": "心血管内科",
    "神经科": "神经内科",
    "普通内科": "全科医学科",
    "肿瘤疾病": "肿瘤内科",
    "男性功能障碍": "男科",
    "阳痿": "男科",
    "不射精症": "男科",
    "泌尿系统感染": "泌尿外科",
    "睾丸炎": "泌尿外科",
    "前列腺炎": "泌尿外科",
    "卵巢癌": "妇科肿瘤科",
    "肠癌": "肿瘤内科",
    "食管癌": "肿瘤内科",
    "肺癌": "肿瘤内科",
    "变态反应科": "皮肤科",
    "儿科": "小儿内科",
    "营养保健科": "内分泌科",
    "肛肠": "肛肠外科",
    "肝炎科": "肝病科",
}
# First-level names: dropped where the same entry names a second level too.
BROAD = {"内科", "外科", "五官科", "妇产科", "皮肤性病科", "传染科", "肿瘤科", "儿科", "中医科", "急诊科"}


# A drug's name without its salt and its form: what people say.
_SALT = re.compile(
    r"^(?:注射用|重组|复方|小儿|儿童)?(?:盐酸|硫酸|富马酸|马来酸|琥珀酸|枸橼酸|酒石酸|氢溴酸|苯磺酸|磷酸|醋酸|甲磺酸|乳酸|硝酸|葡萄糖酸)?"
)
_FORM = re.compile(
    r"(?:肠溶|缓释|控释|分散|咀嚼|泡腾|口腔崩解|口崩|薄膜衣|阴道|外用|干)*"
    r"(?:片|胶囊|软胶囊|滴丸|颗粒|口服液|口服溶液|注射液|软膏|乳膏|凝胶|滴眼液|滴鼻液|喷雾剂|栓|丸|散|糖浆|混悬液|混悬剂|搽剂|洗剂"
    r"|贴膏|膏|气雾剂|粉雾剂|吸入剂|溶液|乳剂|剂|胶浆|滴剂|合剂|洗液|贴)(?:Ⅰ|Ⅱ|（.*）|\(.*\))?$"
)


@dataclass(frozen=True)
class Disease:
    """A disease with its other names, signs and departments (ours, each with its share; shares sum to 1)."""

    name: str
    aliases: tuple[str, ...]
    symptoms: tuple[str, ...]
    departments: tuple[tuple[str, float], ...]


def our_department(name: str) -> str | None:
    """Our second-level name for a department of the knowledge, or None."""
    name = re.sub(r"[—\-\s]", "", name)
    if name in NAMED:
        return NAMED[name]
    found = department_named(name)
    return found.name if found else None


def _shares(names: list[str]) -> tuple[tuple[str, float], ...]:
    parts = [part for name in names for part in re.split(r"[；;/、,，]", name) if part]
    fine = [part for part in parts if part not in BROAD] or parts
    ours = list(dict.fromkeys(found for part in fine if (found := our_department(part))))
    return tuple((name, 1 / len(ours)) for name in ours)


def _clean(words: list[str]) -> tuple[str, ...]:
    short = (re.sub(r"[（(].*?[)）]|等$", "", word).strip() for word in words)
    return tuple(dict.fromkeys(word for word in short if 2 <= len(word) <= 10))


def diseases(data: Path) -> Iterator[Disease]:
    """Every disease of the knowledge that has a department we know; ``data`` is the data folder."""
    with gzip.open(data / "knowledge" / "qamg_disease.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if shares := _shares(row["department"]):
                aliases = _clean(re.split(r"[,，、;；]", row.get("alias") or ""))
                yield Disease(row["name"], aliases, _clean(row["symptom"]), shares)
    with gzip.open(data / "knowledge" / "cmekg_disease_department.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if shares := _shares(row["departments"]):
                yield Disease(row["disease"], (), _clean(row["symptoms"]), shares)


def drugs(data: Path, known: Sequence[Disease]) -> dict[str, tuple[tuple[str, float], ...]]:
    """Everyday drug name -> departments of the diseases it is given for (ours; shares sum to 1).

    For training only: which department a drug speaks for. Never shown, and no word about whether it may be taken.
    """
    by_name: dict[str, tuple[tuple[str, float], ...]] = {}
    for disease in known:
        for name in (disease.name, *disease.aliases):
            by_name.setdefault(name, disease.departments)
    found: dict[str, Counter[str]] = {}
    with gzip.open(data / "knowledge" / "cmekg.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if not {"成份", "OTC类型", "分类"} & set(row["props"]):
                continue
            name = _FORM.sub("", row["name"])
            name = _SALT.sub("", name, count=1) if len(name) > 4 else name
            for disease_name in _clean(row["props"].get("适应症") or []):
                if disease_name in by_name and 2 <= len(name) <= 10:
                    found.setdefault(name, Counter()).update(dict(by_name[disease_name]))
    return {
        name: tuple((department, share / total) for department, share in shares.most_common())
        for name, shares in found.items()
        if (total := sum(shares.values()))
    }
