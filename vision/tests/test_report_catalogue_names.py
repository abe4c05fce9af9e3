"""What is printed as a name, and which item it is."""

import random

import pytest

from vision.report.catalogue import entries, likely_specimen, recognise, sensitivity_of
from vision.report.kinds import Specimen


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("白细胞计数(WBC)", "wbc"),
        ("白细胞计数（WBC）", "wbc"),
        ("白细胞计数WBC", "wbc"),
        ("WBC白细胞", "wbc"),
        ("*WBC", "wbc"),
        ("★白细胞", "wbc"),
        ("1 白细胞计数", "wbc"),
        ("12.血红蛋白", "hgb"),
        ("14红细胞压积", "hct"),
        ("1自细胞计数", "wbc"),  # 白 is read as 自
        ("2小时血糖", "glu_120min"),
        ("白细胞计数(WBC", "wbc"),  # the bracket was not seen
        ("ＷＢＣ", "wbc"),
        ("H G B", "hgb"),
        ("血红蛋白测定", "hgb"),
        ("γ-谷氨酰转移酶", "ggt"),
        ("r-谷氨酰转移酶", "ggt"),
        ("γ－谷氨酰基转移酶(GGT)", "ggt"),
        ("谷丙转氨酶(ALT)", "alt"),
        ("丙氨酸氨基转移酶ALT", "alt"),
        ("ALT/GPT", "alt"),
        ("HbAlc", "hba1c"),  # l for 1
        ("CAl25", "ca125"),
        ("CA19-9", "ca199"),
        ("糖类抗原CA19-9", "ca199"),
        ("T0TAL-PSA", None),
        ("D-二聚体", "d_dimer"),
        ("D—二聚体", "d_dimer"),
        ("抗链球菌溶血素“O”", "aso"),
        ("25-羟基维生素D3", "vit_d"),
        ("β2-微球蛋白", "b2mg"),
        ("Ⅳ型胶原", "c4_collagen"),
        ("IV型胶原", "c4_collagen"),
        ("游离三碘甲状腺原氨酸(FT3)", "ft3"),
        ("乙型肝炎病毒表面抗原(HBsAg)", "hbsag"),
        ("乙肝表面抗原定量", "hbsag"),
        ("梅毒螺旋体抗体(TP-Ab)", "tp_ab"),
        ("人类免疫缺陷病毒抗体", "hiv_ag_ab"),
        ("N末端B型钠尿肽原", "nt_probnp"),
        ("NT-proBNP", "nt_probnp"),
        ("高敏肌钙蛋白T(hs-cTnT)", "hs_ctnt"),
        ("红细胞分布宽度-CV", "rdw_cv"),
        ("红细胞分布宽度(SD)", "rdw_sd"),
        ("PT-INR", "inr"),
        ("纤维蛋白(原)降解产物", "fdp"),
        ("尿微量白蛋白/肌酐", "u_acr"),
        ("24h尿蛋白定量", "u_protein_24h"),
        ("粪便隐血试验", "st_ob"),
        ("碳13尿素呼气试验", "hp_c13"),
        ("类风湿因子（RF）", "rf"),
        ("抗核抗体", "ana"),
        ("张三", None),
        ("检验者", None),
        ("", None),
        ("3.5", None),
    ],
)
def test_names(name: str, code: str | None) -> None:
    found = recognise(name)
    assert (None if found is None else found.code) == code


@pytest.mark.parametrize(
    ("name", "unit", "specimen", "value", "code"),
    [
        ("淋巴细胞", "%", None, None, "lymph_pct"),
        ("淋巴细胞", "10^9/L", None, None, "lymph_abs"),
        ("PCT", "%", None, None, "plateletcrit"),
        ("PCT", "ng/ml", None, None, "procalcitonin"),
        ("TP", "g/L", None, None, "tp"),
        ("TP", "S/CO", None, None, "tp_ab"),
        ("PT", "s", None, None, "pt"),
        ("PT", "%", None, None, "pt_activity"),
        ("P", "mmol/L", None, None, "phos"),
        ("P", "nmol/L", None, None, "progesterone"),
        ("TG", "mmol/L", None, None, "tg"),
        ("TG", "ng/ml", None, None, "tg_thyro"),
        ("CK-MB", "U/L", None, None, "ck_mb"),
        ("CK-MB", "ng/mL", None, None, "ck_mb_mass"),
        ("白细胞", "/HP", Specimen.STOOL, None, "st_wbc"),
        ("白细胞", "/ul", Specimen.URINE, "12.5", "u_wbc"),
        ("白细胞", "/HP", Specimen.URINE, "0-2", "u_wbc_hpf"),
        ("白细胞", None, Specimen.URINE, "++", "u_leu"),
        ("白细胞", None, Specimen.CSF, "5", "csf_cells"),
        ("葡萄糖", None, Specimen.URINE, "阴性", "u_glu"),
        ("葡萄糖", "mmol/L", Specimen.SERUM, "5.2", "glu"),
        ("蛋白质", None, Specimen.URINE, "+", "u_pro"),
        ("酸碱度", None, Specimen.GAS, "7.40", "bg_ph"),
        ("酸碱度", None, Specimen.URINE, "6.0", "u_ph"),
        ("钾", "mmol/L", Specimen.SERUM, "4.1", "k"),
        ("钾", "mmol/L", Specimen.GAS, "4.1", "bg_k"),
        ("镜检:红细胞", "/HP", Specimen.URINE, "0-1", "u_rbc_hpf"),
        ("大便隐血", None, Specimen.STOOL, "阴性", "st_ob"),
        ("肌酐", "umol/L", Specimen.SERUM, "80", "crea"),
        ("肌酐", "umol/L", Specimen.URINE, "8000", "u_crea"),
    ],
)
def test_unit_specimen_and_value_decide(
    name: str, unit: str | None, specimen: Specimen | None, value: str | None, code: str
) -> None:
    found = recognise(name, unit=unit, specimen=specimen, value=value)
    assert found is not None and found.code == code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("丙氨酸氨基转移醇", "alt"),  # 酶 misread
        ("天门冬氨酸氨基转移", "ast"),  # the last character outside the column
        ("平均红细胞血红蛋白浓", "mchc"),
        ("高密度脂蛋自胆固醇", "hdl_c"),
        ("低密度脂蛋自胆固醇", "ldl_c"),
        ("促甲状腺激索", "tsh"),
    ],
)
def test_one_misread_or_lost_character_is_repaired(name: str, code: str) -> None:
    found = recognise(name)
    assert found is not None and found.code == code and found.confidence < 0.96


@pytest.mark.parametrize(
    ("name", "never"),
    [
        ("丙肝病毒抗体", "hav_igm"),
        ("甲型肝炎表面抗原", "hbsag"),  # 甲 and 乙 tell items apart: there is no such item
        ("低密度脂蛋白", "hdl_c"),
        ("间接胆红素", "dbil"),
        ("糖类抗原126", "ca125"),
        ("免疫球蛋白D", "igg"),
        ("血清胰蛋白酶", "alpha1_antitrypsin"),
        ("一氧化碳结合力", "co2"),
        ("尿铅", "lead"),
        ("脑脊液钙", "ca"),
        ("EB病毒抗体", "ebv_vca_igm"),
        ("单纯疱疹病毒", "hsv2_pcr"),
        ("胸部CT", "ct_pcr"),
        ("补体C5", "c3"),
        ("肌钙蛋白C", "ctni"),
        ("维生素B9", "vit_b12"),
    ],
)
def test_a_character_that_tells_items_apart_is_never_repaired(name: str, never: str) -> None:
    found = recognise(name)
    assert found is None or found.code != never


def test_confidence_says_how_sure_it_is() -> None:
    sure = recognise("白细胞计数")
    repaired = recognise("高密度脂蛋的胆固醇")
    contradicted = recognise("红细胞(WBC)")
    wrong_unit = recognise("血红蛋白", unit="mmol/L")
    tie = recognise("管型", specimen=Specimen.URINE)
    assert sure is not None and sure.confidence == 1.0
    for unsure in (repaired, contradicted, wrong_unit, tie):
        assert unsure is not None and unsure.confidence < 0.9


def test_an_abbreviation_in_its_own_column_helps() -> None:
    assert recognise("口口口口", abbreviation="ALT") is not None
    found = recognise("红细胞分布宽度", abbreviation="RDW-SD")
    assert found is not None and found.code == "rdw_sd"


def test_a_match_tells_the_sensitivity() -> None:
    found = recognise("HIV抗体")
    assert found is not None and found.entry.sensitivity == 5


@pytest.mark.parametrize("cell", ["/ul", "fL", "g/L", "/HP", "mg/L", "ng/ml", "0-1", "11.6", "10^9/L", "3.5-9.5", "↑"])
def test_units_values_and_ranges_are_no_names(cell: str) -> None:
    assert recognise(cell) is None


def test_a_lone_letter_is_no_sure_name_without_its_unit() -> None:
    alone, with_unit = recognise("K"), recognise("K", unit="mmol/L")
    assert alone is not None and alone.confidence < 0.9
    assert with_unit is not None and with_unit.confidence >= 0.9


@pytest.mark.parametrize(
    "name", ["血糖30", "葡萄糖(1小", "类风湿因子Ig", "抗核抗体IgM(x)", "口口口口G", "高敏水肌肌钙蛋白T"]
)
def test_a_name_of_which_only_a_part_is_known_is_not_sure(name: str) -> None:
    found = recognise(name)
    assert found is None or found.confidence < 0.9


def _spoilt(name: str, chance: random.Random, characters: str) -> str:
    """The name with one character replaced, lost, or its end cut off."""
    at, kind = chance.randrange(len(name)), chance.random()
    if kind < 0.6:
        return name[:at] + chance.choice(characters) + name[at + 1 :]
    return name[:at] + name[at + 1 :] if kind < 0.8 else name[: -chance.randint(1, 2)]


def test_a_spoilt_name_is_seldom_another_item_for_sure() -> None:
    chance = random.Random(1)
    characters = (
        "的一是不了人我在有他这为之大来以个中上们到说国和地也子时道出而要于就下得可你年生自会那后能对着事其里所去行过家"
    )
    right = wrong = tried = 0
    for item in entries().values():
        for name in item.names:
            if len(name) < 4 or name.isascii():
                continue
            found = recognise(_spoilt(name, chance, characters), unit=item.unit, specimen=item.specimen)
            tried += 1
            right += found is not None and found.code == item.code
            wrong += found is not None and found.code != item.code and found.confidence >= 0.9
    assert tried > 2500
    assert right / tried > 0.6
    assert wrong / tried < 0.01


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("HIV抗体", 5),
        ("人类免疫缺口病毒口体", 3),  # nothing of the word is left
        ("人口免疫缺陷病毒", 5),  # not recognised, and said by its words
        ("HlV(1+2)", 5),
        ("梅毒口口抗体", 5),
        ("精子口口", 5),
        ("某基因C123T", 5),
        ("乙肝表面抗原", 4),
        ("白细胞", 3),
        ("钾", 3),
    ],
)
def test_sensitivity_needs_no_whole_name(name: str, level: int) -> None:
    assert sensitivity_of(name, recognise(name)) == level


def test_words_do_not_raise_what_the_catalogue_holds_for_usual() -> None:
    raised = {
        item.code for item in entries().values() for name in item.names if sensitivity_of(name, None) > item.sensitivity
    }
    assert not raised


def test_a_loinc_code_goes_with_the_kind_of_its_unit() -> None:
    molar, mass = recognise("葡萄糖", unit="mmol/L"), recognise("葡萄糖", unit="mg/dL")
    assert molar is not None and molar.loinc == "14749-6"
    assert mass is not None and mass.code == "glu" and mass.loinc is None


@pytest.mark.parametrize(
    ("names", "specimen"),
    [
        ("颜色 性状 粘液 白细胞 红细胞 钩虫卵 蛔虫卵 血吸虫卵 隐血", Specimen.STOOL),
        ("颜色 比重 蛋白质 亚硝酸盐 尿胆原 酮体 红细胞", Specimen.URINE),
        ("白细胞 红细胞 血小板 血红蛋白", Specimen.BLOOD),
        ("颜色 红细胞", None),  # of urine, of stool or of a fluid
        ("张三 李四", None),
    ],
)
def test_the_names_of_a_sheet_tell_what_was_examined(names: str, specimen: Specimen | None) -> None:
    assert likely_specimen(names.split()) is specimen


def test_a_value_that_one_item_cannot_have_speaks_for_the_other() -> None:
    found = recognise("红细胞", unit="/ul", value="34.8")
    assert found is not None and found.code == "u_rbc"
