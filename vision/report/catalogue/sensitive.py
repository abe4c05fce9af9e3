"""How much harm it would do if a result became known (GB/T 39725-2020), even where the name was not recognised."""

import re

from vision.report.catalogue.entries import USUAL_SENSITIVITY
from vision.report.catalogue.recognise import Match
from vision.report.catalogue.text import half_width

SPECIAL, RESTRICTED = 5, 4
# HIV, venereal, psychiatric, genetic, sexual, drug use; then notifiable infections. A half-read name is enough.
_WORDS = (
    (
        SPECIAL,
        re.compile(
            r"HIV|H1V|HlV|艾滋|免疫缺陷|梅毒|TPPA|TPHA|TRUST|RPR|密螺旋体|淋球|淋病|奈瑟|沙眼衣原体|脲原体|生殖支原体|人型支原体|"
            r"HPV|乳头瘤|尖锐|疱疹病毒(?:2|II)|HSV-?(?:2|II)|精子|精液|抗精|阴道毛?滴虫|线索细胞|阴道|白带|"
            r"(?<!表达)基因|染色体|核型分析|三体|产前|唐氏|HLA|吗啡|冰毒|苯丙胺|安非他明|大麻|可卡因|氯胺酮|摇头丸|"
            r"血锂|碳酸锂|氯氮平|奥氮平|利培酮|喹硫平|阿立哌唑|氟哌啶醇|舍曲林|西酞普兰",
            re.IGNORECASE,
        ),
    ),
    (
        RESTRICTED,
        re.compile(
            r"HB[sec]A|HBV|HCV|HAV|HEV|HDV|[甲乙丙丁戊]型?肝|结核|TB-|布鲁?氏|伤寒|登革|出血热|疟原|新冠|SARS|麻疹|百日咳",
            re.IGNORECASE,
        ),
    ),
)


def sensitivity_of(name: str, match: Match | None) -> int:
    """The level of a row with this printed name: the item's own, or the one that the words of the name give, whichever
    is higher; at least the usual level of what is about a patient."""
    plain = re.sub(r"\s", "", half_width(name))
    by_words = next((level for level, pattern in _WORDS if pattern.search(plain)), USUAL_SENSITIVITY)
    return max(by_words, USUAL_SENSITIVITY if match is None else match.entry.sensitivity)
