"""Narrative reports, invented for this test: into parts, sizes, grades, negations."""

import random

import pytest

from vision.report.kinds import ReportKind
from vision.report.narrative import Finding, Narrative, Side, read
from vision.report.narrative.clauses import findings
from vision.report.narrative.measures import grades, sizes

THYROID = [
    "某某医院超声诊断报告单",
    "姓名:王某 性别:女 年龄:45岁",
    "检查部位：甲状腺及颈部淋巴结",
    "超 声 所 见：",
    "甲状腺左侧叶大小约48×16×15mm，右侧叶大小约50×17×16mm，峡部厚约3mm。",
    "左侧叶中部见一低回声结节，大小约6×4mm，边界清，形态规则，内未见明",
    "显钙化。右侧叶下极可见多发无回声区，较大者约5×3mm。双侧颈部未见明显肿大淋巴结。",
    "超声提示：",
    "1.甲状腺左叶结节，C-TIRADS 3类",
    "2.甲状腺右叶多发囊肿",
    "报告医师：李某 审核医师：张某",
    "本报告仅供临床参考，结节请定期复查",
]
CHEST = [
    "CT检查报告单",
    "检查项目：胸部CT平扫",
    "影像所见：",
    "双肺纹理清晰，右肺上叶尖段见磨玻璃结节，大小约0.8cm×0.6cm（层厚1mm），左肺下叶见实性小结节，直径约4mm。",
    "纵隔内未见肿大淋巴结。双侧胸腔未见积液。",
    "影像诊断：",
    "1、右肺上叶磨玻璃结节，Lung-RADS 3类，建议6个月复查。2、左肺下叶小结节，考虑炎性。",
]
BREAST = [
    "乳腺彩超报告",
    "检查所见:双乳腺体层增厚，右乳10点方向距乳头25mm处可见低回声结节，大小约12x8mm，边界欠清，",
    "CDFI：内见血流信号，PSV 12cm/s。",
    "左乳未见明显占位。",
    "诊断意见:右乳结节 BI-RADS 4A类，建议穿刺活检。左乳 BI-RADS 1类。",
]
STOMACH = [
    "病理诊断报告",
    "送检材料：胃窦",
    "肉眼所见：灰白组织3块，直径0.2cm。",
    "镜下所见：腺体排列紊乱。",
    "病理诊断：（胃窦）中分化腺癌，浸润至肌层，pT2N0Mx。未见脉管癌栓。",
    "免疫组化：HER2(0)，Ki-67(40%)",
]
DISCHARGE = [
    "出院记录",
    "姓名：张某",
    "入院诊断：肺炎",
    "诊疗经过：予对症治疗，体温正常。",
    "出院诊断：肺炎",
    "出院医嘱：注意休息，1周后复查胸片。",
    "医师签名：王某",
]


def report(lines: list[str]) -> Narrative:
    found = read(lines)
    assert found is not None
    return found


def one(found: tuple[Finding, ...], kind: str | None) -> Finding:
    (finding,) = [finding for finding in found if finding.kind == kind]
    return finding


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (THYROID, ReportKind.ULTRASOUND),
        (CHEST, ReportKind.CT),
        (BREAST, ReportKind.ULTRASOUND),
        (STOMACH, ReportKind.PATHOLOGY),
        (DISCHARGE, ReportKind.DISCHARGE),
        (["磁共振检查报告", "MRI所见：颅内未见异常信号。", "MRI诊断：颅脑平扫未见异常"], ReportKind.MRI),
        (["DR检查报告", "影像表现：心肺未见异常。", "影像诊断：胸片未见异常"], ReportKind.XRAY),
        (["电子胃镜检查报告", "镜下所见：胃窦黏膜充血。", "内镜诊断：慢性胃炎"], ReportKind.ENDOSCOPY),
        (["心电图报告", "心电图诊断：窦性心律，正常心电图"], ReportKind.ECG),
    ],
)
def test_kinds(lines: list[str], kind: ReportKind) -> None:
    assert report(lines).kind is kind


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["今天天气很好"],
        ["某某医院检验报告单", "临床诊断：发热", "项目 结果 参考值 单位", "白细胞 5.0 3.5-9.5 10^9/L"],
        ["超声检查预约单", "请空腹"],
    ],
)
def test_no_narrative_report(lines: list[str]) -> None:
    assert read(lines) is None


def test_findings_and_conclusion_are_separated_and_signatures_left_out() -> None:
    told = report(THYROID)
    assert told.examined == "甲状腺及颈部淋巴结"
    assert "48×16×15mm" in told.findings_text and "C-TIRADS" not in told.findings_text
    assert told.conclusion_text.splitlines() == ["1.甲状腺左叶结节,C-TIRADS3类", "2.甲状腺右叶多发囊肿"]
    for name in ("李某", "王某", "定期复查"):
        assert name not in told.findings_text + told.conclusion_text


def test_sizes_belong_to_what_they_were_measured_of() -> None:
    told = report(THYROID).findings
    nodule, cyst = one(told, "nodule"), one(told, "cyst")
    assert (nodule.side, nodule.site, nodule.sizes[0].mm, nodule.count) == (
        Side.LEFT,
        "甲状腺中部",
        (6.0, 4.0),
        "single",
    )
    assert (cyst.side, cyst.site, cyst.sizes[0].mm, cyst.count) == (Side.RIGHT, "甲状腺下极", (5.0, 3.0), "multiple")
    organ = [finding for finding in told if finding.kind is None]
    assert [finding.sizes[0].mm for finding in organ] == [(48.0, 16.0, 15.0), (50.0, 17.0, 16.0), (3.0,)]
    assert [finding.side for finding in organ[:2]] == [Side.LEFT, Side.RIGHT]


def test_negations_are_kept() -> None:
    told = report(THYROID).findings
    assert one(told, "calcification").negated and one(told, "node").negated
    assert not one(told, "nodule").negated
    breast = report(BREAST).findings
    assert one(breast, "mass").negated and one(breast, "mass").side is Side.LEFT


def test_two_nodules_in_one_sentence_are_two() -> None:
    right, left = [finding for finding in report(CHEST).findings if finding.kind == "nodule"]
    assert (right.side, right.site, right.sizes[0].mm) == (Side.RIGHT, "肺上叶", (8.0, 6.0))
    assert (left.side, left.site, left.sizes[0].mm) == (Side.LEFT, "肺下叶", (4.0,))
    assert [finding.uncertain for finding in report(CHEST).conclusion] == [False, True]


def test_a_distance_and_a_speed_are_no_sizes() -> None:
    (nodule,) = [finding for finding in report(BREAST).findings if finding.kind == "nodule"]
    assert [size.mm for size in nodule.sizes] == [(12.0, 8.0)]
    assert [(grade.system, grade.value) for grade in report(BREAST).conclusion[0].grades] == [("BI-RADS", "4A")]


def test_pathology_is_left_as_text() -> None:
    told = report(STOMACH)
    assert [(grade.system, grade.value) for grade in told.conclusion[0].grades] == [
        ("分化", "中分化"),
        ("分期", "pT2N0Mx"),
    ]
    assert one(told.conclusion, "thrombus").negated
    assert dict(told.sections) == {"免疫组化": "HER2(0),Ki-67(40%)"}


def test_a_discharge_letter_has_its_sections() -> None:
    assert list(dict(report(DISCHARGE).sections)) == ["入院诊断", "诊疗经过", "出院诊断", "出院医嘱"]
    assert "王某" not in str(report(DISCHARGE).as_json())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("大小约6×4mm", [(6.0, 4.0)]),
        ("大小约0.6cm×0.4cm", [(6.0, 4.0)]),
        ("大小约1.2x0.8x0.5cm", [(12.0, 8.0, 5.0)]),
        ("大小约6mm*4mm", [(6.0, 4.0)]),
        ("直径约3-5mm", [(5.0,)]),
        ("直径5毫米", [(5.0,)]),
        ("大小约6X4rnm", [(6.0, 4.0)]),  # m read as rn
        ("较大者约7×5mm,较小者约3×2mm", [(7.0, 5.0), (3.0, 2.0)]),
        ("层厚5mm", []),
        ("流速45cm/s", []),
        ("压力12mmHg", []),
        ("大小约6×4", []),  # no unit: not guessed
        ("距门齿30cm", []),
    ],
)
def test_sizes(text: str, expected: list[tuple[float, ...]]) -> None:
    assert [size.mm for size in sizes(text)] == expected


@pytest.mark.parametrize(
    ("text", "system", "value"),
    [
        ("TI-RADS4a类", "TI-RADS", "4a"),
        ("TIRADS分级:3级", "TI-RADS", "3"),
        ("C-TIRADS4B类", "C-TIRADS", "4B"),
        ("ACRTI-RADSTR4", "ACR TI-RADS", "4"),
        ("BI-RADS:4A类", "BI-RADS", "4A"),
        ("BI-RADS分类0类", "BI-RADS", "0"),
        ("BIRADS-3级", "BI-RADS", "3"),
        ("Lung-RADS4X类", "Lung-RADS", "4X"),
        ("PI-RADSv2.1评分4分", "PI-RADS", "4"),
        ("LI-RADSLR-5", "LI-RADS", "5"),
        ("LR-M", "LI-RADS", "M"),
        ("BosniakIIF级", "Bosniak", "IIF"),
        ("O-RADS3类", "O-RADS", "3"),
        ("Gleason评分3+4=7", "Gleason", "3+4=7"),
        ("中-低分化腺癌", "分化", "中-低分化"),
        ("ypT3N1aM0", "分期", "ypT3N1aM0"),
        ("CINII", "分级", "CINII"),
        ("HSIL", "分级", "HSIL"),
    ],
)
def test_grades(text: str, system: str, value: str) -> None:
    assert [(grade.system, grade.value) for grade in grades(text)] == [(system, value)]


@pytest.mark.parametrize(
    ("text", "kind", "negated"),
    [
        ("肝内未见明显占位", "mass", True),
        ("左肾见无回声区,大小约10×8mm", "cyst", False),  # anechoic is no negation
        ("胆囊内探及强回声,大小约8mm,后伴声影,考虑结石", "stone", False),
        ("子宫前壁肌瘤,约20×18mm", "fibroid", False),
        ("排除占位", "mass", True),
    ],
)
def test_what_is_there_and_what_is_not(text: str, kind: str, negated: bool) -> None:
    found = [finding for finding in findings(text) if finding.kind == kind or "结石" in finding.text]
    assert found and all(finding.negated is negated for finding in found)


def test_nothing_that_is_printed_breaks_the_reading() -> None:
    letters = "左右双侧肺肝结节囊肿见未约×xmc0123456789.,，。；：:超声所见提示CTBI-RADS类()（）\n 无"
    chance = random.Random(3)
    for _ in range(300):
        lines = [
            "超声报告",
            "超声所见：",
            *("".join(chance.choices(letters, k=chance.randrange(40))) for _ in range(4)),
        ]
        told = read(lines)
        if told is not None:
            told.as_json()


def test_a_conclusion_of_short_lines_is_several_items() -> None:
    seen = "超声所见：子宫后壁可见一低回声结节，约25×22mm，左侧卵巢内见囊性包块，大小约35×30mm。"
    told = report(["阴道超声报告", seen, "超声诊断：", "子宫肌瘤", "左侧卵巢囊肿（O-RADS 2类）"])
    fibroid, cyst = told.conclusion
    assert (fibroid.kind, fibroid.site, fibroid.side) == ("fibroid", "子宫", None)
    assert (cyst.kind, cyst.site, cyst.side, cyst.grades[0].system) == ("cyst", "卵巢", Side.LEFT, "O-RADS")


def test_what_another_examination_is_advised_for_is_no_kind_of_paper() -> None:
    told = report(
        ["CT诊断报告书", "影像学表现：右侧基底节区见低密度影，约12mm*9mm。", "诊断印象：腔隙性梗死可能，建议MRI检查。"]
    )
    assert told.kind is ReportKind.CT
    assert told.conclusion[0].uncertain


def test_an_endoscopy() -> None:
    told = report(
        [
            "电子胃镜检查报告单",
            "镜检所见：",
            "食管：粘膜光滑，距门齿35cm处见一0.3×0.3cm息肉。",
            "胃窦：见两处糜烂，大小约0.4cm。",
            "诊断：食管息肉",
        ]
    ).findings
    assert [(finding.kind, finding.site, finding.sizes[0].mm) for finding in told] == [
        ("polyp", "食管", (3.0, 3.0)),
        ("ulcer", "胃窦", (4.0,)),
    ]


def test_the_levels_of_a_spine_are_no_list() -> None:
    told = report(["磁共振检查报告", "MR表现:L4/5、L5/S1椎间盘向后突出约4mm。", "诊断意见:L4/5、L5/S1椎间盘突出。"])
    assert told.findings[0].text == "L4/5、L5/S1椎间盘向后突出约4mm"


def test_a_signal_of_a_nodule_is_no_second_finding() -> None:
    (nodule,) = findings("左侧外周带见结节状低信号,大小约11×8mm,DWI高信号", examined="前列腺")
    assert (nodule.kind, nodule.site, nodule.sizes[0].mm) == ("nodule", "前列腺", (11.0, 8.0))


def test_the_size_of_an_organ_is_not_that_of_what_is_in_it() -> None:
    organ, stone = findings("胆囊大小约65×25mm,壁厚约4mm,腔内可见数枚强回声团,较大者约9mm,后方伴声影")
    assert (organ.kind, organ.site, len(organ.sizes)) == (None, "胆囊", 2)
    assert (stone.site, stone.sizes[0].mm, stone.count) == ("胆囊", (9.0,), "multiple")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("患者王小明,男,45岁,因咳嗽入院", "患者王某,男,45岁,因咳嗽入院"),
        ("患者因咳嗽三天入院", "患者因咳嗽三天入院"),
        ("病人李雷于昨日出院", "病人李某于昨日出院"),
        ("联系电话13812345678", "联系电话***"),
        ("住院号20250012345", "住院号***"),
        ("结节约6×4mm,随访6个月", "结节约6×4mm,随访6个月"),
        ("患者术后恢复好", "患者术后恢复好"),
    ],
)
def test_who_it_is_about_is_taken_out(text: str, expected: str) -> None:
    told = report(["出院记录", f"诊疗经过：{text}"])
    assert dict(told.sections)["诊疗经过"] == expected
