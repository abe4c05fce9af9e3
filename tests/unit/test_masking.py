"""Personal data in free text: found in every disguise, and nothing else taken for it.

Every number here is invented; those with a valid checksum are computed, or belong to the ranges for tests.
"""

from datetime import date
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from records.masking import (
    TOKEN,
    PersonalKind,
    find_personal,
    find_tokens,
    mask,
    mask_into_vault,
    parse_token,
    shown,
    shown_form,
)
from records.masking.checksums import _CHECK, _WEIGHTS, id_checksum_holds, luhn_holds
from records.vault import VaultEntryNotFound, get_vault
from tests.unit.everyday_sentences import EVERYDAY

OWNER = "a" * 16


def identity(body: str) -> str:
    """An identity number with its check character, from 17 digits."""
    return body + _CHECK[sum(w * int(d) for w, d in zip(_WEIGHTS, body, strict=True)) % 11]


VALID = identity("99000119900307123")

# text with the item in 【】, kind: what the row proves
FOUND = [
    (f"身份证【{VALID}】", "ID"),
    (f"【{VALID}】", "ID"),  # no word around it
    ("我身份证号码是【990001199003070001】", "ID"),  # the check digit does not hold
    ("身份证：【123456789012345678】，电话不方便", "ID"),  # no date in it: the word says what it is
    (f"【{VALID[:6]} {VALID[6:14]} {VALID[14:]}】", "ID"),
    (f"【{' '.join(VALID)}】", "ID"),
    (f"【{'-'.join((VALID[:6], VALID[6:14], VALID[14:]))}】", "ID"),
    ("身份证【９９０００１１９９００３０７１２３Ｘ】", "ID"),
    ("【四五零一零一一九九零零三零七一二三四】是我的身份证", "ID"),
    ("身份证 【990001900307123】", "ID"),  # 15 digits, before 1999
    ("护照号【E12345678】", "ID"),
    ("电话【13800138000】", "PHONE"),
    ("【13800138000】", "PHONE"),
    ("【138 0013 8000】", "PHONE"),
    ("【138-0013-8000】", "PHONE"),
    ("【1 3 8 0 0 1 3 8 0 0 0】", "PHONE"),
    ("打我【１３８００１３８０００】", "PHONE"),
    ("手机是【一三八零零一三八零零零】", "PHONE"),
    ("手机【幺三八零零幺三八零零零】", "PHONE"),
    ("手机【138零零138000】", "PHONE"),
    ("【+86 138 0013 8000】", "PHONE"),
    ("【+8613800138000】", "PHONE"),
    ("【138—0013—8000】", "PHONE"),
    ("【1\u200b3\u200b8\u200b0\u200b0\u200b1\u200b3\u200b8\u200b0\u200b0\u200b0】", "PHONE"),
    ("座机【010-65521234】", "PHONE"),
    ("家里（【010)65521234】", "PHONE"),
    ("【0731-8888888转801】", "PHONE"),
    ("电话【65521234】", "PHONE"),
    ("【+85291234567】", "PHONE"),
    ("微信【13800138000】同号", "PHONE"),
    ("卡号【6222 0203 0901 2345 678】", "BANK_CARD"),  # Luhn does not hold: the word says what it is
    ("【4111111111111111】", "BANK_CARD"),
    ("【4111 1111 1111 1111】", "BANK_CARD"),
    ("招商银行【6214850212345678】", "BANK_CARD"),
    ("邮箱【zhang.san@example.com】", "EMAIL"),
    ("【zhang_san99＠163．com】", "EMAIL"),
    ("【zhangsan @ qq.com】", "EMAIL"),
    ("病历号是【00123456】", "MEDICAL_RECORD"),
    ("住院号：【ZY0012345】", "MEDICAL_RECORD"),
    ("就诊卡号【12345678】", "MEDICAL_RECORD"),
    ("医保卡号：【A12345678】", "INSURANCE"),
    ("社保号 【330012345】", "INSURANCE"),
    ("QQ 【12345678】", "ACCOUNT"),
    ("微信号：【wang_xm88】", "ACCOUNT"),
    ("住在【浙江省杭州市西湖区文三路472号】", "ADDRESS"),
    ("我住【红旗街262号3单元401】", "ADDRESS"),
    ("家在【阳光花园3栋2单元501室】，一个人", "ADDRESS"),
    ("【浙江省 杭州市 西湖区 文三路 472号】", "ADDRESS"),
    ("我家在【湖南省长沙县黄花镇银龙村3组12号】", "ADDRESS"),
    ("住【5号楼2单元301】", "ADDRESS"),
    ("在【和平路12号】摔的", "ADDRESS"),
    ("家住【南京市鼓楼区颐和路9号】，3天前发烧", "ADDRESS"),
    ("我叫【张伟】，高血压三年", "NAME"),
    ("我叫【欧阳娜娜】", "NAME"),
    ("我的名字是【李小明】今年5岁", "NAME"),
    ("姓名：【王芳】 女", "NAME"),
    ("我叫【小明】，头疼", "NAME"),
    ("我叫【阿卜杜拉·买买提】，发烧", "NAME"),
    ("帮【李秀兰】挂个号", "NAME"),
    ("给【王建国】预约心内科", "NAME"),
    ("我是【张三】，想挂号", "NAME"),
    ("我爸爸【张建国】最近胸闷", "NAME"),
    ("我妈叫【李秀兰】", "NAME"),
    ("【白淑芬】，68岁，咳嗽", "NAME"),
    ("【李秀兰】", "NAME"),  # the bare answer to "请问就诊人的姓名"
    ("【陈东亮】先生", "NAME"),
    ("联系人：【赵六】", "NAME"),
    ("想挂【张明远】医生的号", "NAME_DOCTOR"),
    ("主治医师【林雪梅】为我看的", "NAME_DOCTOR"),
]


@pytest.mark.parametrize(("marked", "kind"), FOUND)
def test_found(marked: str, kind: str) -> None:
    start, end = marked.index("【"), marked.index("】") - 1
    text = marked.replace("【", "").replace("】", "")
    assert [(span.start, span.end, str(span.kind)) for span in find_personal(text)] == [(start, end, kind)]


# as above, with all items of a text and their kinds
FOUND_TOGETHER = [
    # A room's number, or a document's, is no part of the phone's behind it, whatever the next number is called.
    (f"住【5号楼2单元301】，【13800138000】，身份证【{VALID}】", "ADDRESS PHONE ID"),
    ("住【5号楼2单元301】 【138 0013 8000】，身份证 【990001900307123】", "ADDRESS PHONE ID"),
    ("住【5号楼2单元301】，【010-65521234】，身份证：【123456789012345678】", "ADDRESS PHONE ID"),
    ("住【5号楼2单元3301】，【13810123456】", "ADDRESS PHONE"),  # by chance what an old identity number looks like
    (f"护照号【E12345678】，【138 0013 8000】，身份证【{VALID}】", "ID PHONE ID"),
    (f"护照号【E12345678】，【65521234】，身份证【{VALID}】", "ID ID ID"),
    (f"住院号：【ZY0012345】，【13800138000】，身份证【{VALID}】", "MEDICAL_RECORD PHONE ID"),
    (f"【0731-8888888转801】，【138-0013-8000】，身份证【{VALID}】", "PHONE PHONE ID"),
    (f"【{VALID}】是我的身份证，打我【138 0013 8000】，【0731-8888888转801】", "ID PHONE PHONE"),
    ("身份证没带，打我【13800138000】 【010-65521234】", "PHONE PHONE"),
    ("身份证没带，【4111 1111 1111 1111】", "BANK_CARD"),
    ("我身份证【13020219901 3071 238】", "ID"),  # mistyped, and yet nothing else can be meant
    ("【13020219901 3071 238】是我的身份证", "ID"),
    ("【1 3 0 2 0 2 9 0 0 3 0 7 1 2 3】", "ID"),  # before 1999; no mobile's number
    # A number next to one whose check digit holds is a number of its own.
    (f"身份证和手机：【13800138000】 【{VALID[:6]}-{VALID[6:14]}-{VALID[14:]}】", "PHONE ID"),
    (f"病历号是【00123456】【四五零一零一一九九零零三零七一二三四】是我的身份证，【{VALID}】", "MEDICAL_RECORD ID ID"),
    # The beginning of a card's number is no phone's.
    ("电话不方便，【4111 1111 1111 1111】", "BANK_CARD"),
    ("电话不方便，卡号【6222 0203 0901 2345 678】", "BANK_CARD"),
    ("银行卡号码 【6222 0203 0901 2345 678】", "BANK_CARD"),
    # Nor is a phone's an extension, and a label tells of two.
    ("【010-65521234】-【138 0013 8000】", "PHONE PHONE"),
    ("电话【65521234】 【65521235】", "PHONE PHONE"),
    ("电话【65521234】 20240306", "PHONE"),
    # What a phone or an address cuts off is masked too.
    ("住址：【幸福村王家大院电话】【13800138000】", "ADDRESS PHONE"),
    ("住址：【幸福村王家大院】【13800138000】、老家地址：【平安村李家】【13800138000】", "ADDRESS PHONE ADDRESS PHONE"),
    ("患者姓名 【阿卜杜拉·热合曼在】【和平路12号】", "NAME ADDRESS"),
    ("联系人【温丽】【+86 138 0013 8000】", "NAME PHONE"),
]


@pytest.mark.parametrize(("marked", "kinds"), FOUND_TOGETHER)
def test_found_together(marked: str, kinds: str) -> None:
    items = [item.partition("】")[0] for item in marked.split("【")[1:]]
    text = marked.replace("【", "").replace("】", "")
    found = find_personal(text)
    assert [text[span.start : span.end] for span in found] == items
    assert " ".join(span.kind for span in found) == kinds


def test_a_name_is_found_again_and_beside_a_number() -> None:
    assert mask("张伟 13800138000，张伟想挂号") == "张** 138****8000，张**想挂号"


def test_everyday_sentences_are_many() -> None:
    assert len(set(EVERYDAY)) >= 300


@pytest.mark.parametrize("sentence", EVERYDAY)
def test_everyday_words_stay(sentence: str) -> None:
    assert [sentence[span.start : span.end] for span in find_personal(sentence)] == []


@pytest.mark.parametrize(
    ("original", "kind", "form"),
    [
        ("450101199003071990", "ID", "450**1990"),
        ("138 0013 5678", "PHONE", "138****5678"),
        ("+8613800135678", "PHONE", "138****5678"),
        ("一三八零零一三五六七八", "PHONE", "138****5678"),
        ("010-65521234", "PHONE", "****34"),
        ("0731-8888888转801", "PHONE", "****01"),
        ("6222020309012345678", "BANK_CARD", "6222****5678"),
        ("张伟", "NAME", "张**"),
        ("欧阳娜娜", "NAME", "欧阳**"),
        ("浙江省杭州市西湖区文三路472号", "ADDRESS", "浙江省杭州市****"),
        ("红旗街262号", "ADDRESS", "****"),
        ("zhangsan@163.com", "EMAIL", "z***@163.com"),
        ("li@zhangwei.cn", "EMAIL", "***@***"),  # a domain can be a name, and two letters are nearly all
        ("ZY0012345", "MEDICAL_RECORD", "****45"),
        ("wang_xm88", "ACCOUNT", "****"),
    ],
)
def test_shown_forms(original: str, kind: str, form: str) -> None:
    assert shown_form(original, PersonalKind(kind)) == form


def test_checksums() -> None:
    assert id_checksum_holds(VALID)
    assert id_checksum_holds("11010519491231002X")  # the example of GB 11643-1999
    assert not id_checksum_holds("110105194912310021")
    assert luhn_holds("4111111111111111")
    assert not luhn_holds("4111111111111112")


_PLACES = st.sampled_from(["110101", "320106", "450101", "990001"])
_BODIES = st.builds(
    lambda place, born, serial: f"{place}{born:%Y%m%d}{serial:03d}",
    _PLACES,
    st.dates(min_value=date(1900, 1, 1), max_value=date(2026, 1, 1)),
    st.integers(0, 999),
)


@given(
    before=st.text(max_size=12), body=_BODIES, after=st.text(max_size=12), gap=st.sampled_from(["", " ", "-", " - "])
)
def test_no_valid_identity_number_is_ever_left(before: str, body: str, after: str, gap: str) -> None:
    number = identity(body)
    masked = mask(before + gap.join(number) + after)
    assert number not in masked
    assert gap.join(number) not in masked


@given(st.text())
def test_any_text_is_survived(text: str) -> None:
    spans = find_personal(text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    mask(text)


_TEXTS = [marked.replace("【", "").replace("】", "") for marked, _ in FOUND + FOUND_TOGETHER]
_SENTENCES = st.lists(
    st.tuples(st.sampled_from(_TEXTS + EVERYDAY[:40]), st.sampled_from(["，", "。", "；", "、", " ", "\n", "/"])),
    max_size=4,
).map(lambda parts: "".join(sentence + mark for sentence, mark in parts))


@given(_SENTENCES)
def test_what_was_masked_is_not_masked_again(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@pytest.mark.parametrize(
    "text",
    [
        f"住5号楼2单元301，13800138000，身份证{VALID}",
        f"身份证：123456789012345678，电话不方便，4111 1111 1111 1111，{VALID}",
        f"我的电话是787\n574，{VALID[:6]}-{VALID[6:14]}-{VALID[14:]}",  # 574 stands beside what is shown of the other
        "手机：629647 7282 9405 43",
        "证件号码：95749005，626879，61870268，17",
        "医保卡号：621 1427 0295 18039/住院",
        "微信号：wang_xm88，65521234",  # the label is the account's
        "家庭住址：浙江省杭州市西湖区文三路259号/138-0013-8000",
        "地址：重庆市渝中区解放碑步行街10号/5号楼27502656068",
    ],
)
def test_what_is_shown_is_no_part_of_another_item(text: str) -> None:
    assert mask(mask(text)) == mask(text) != text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("**13800138000**", "**138****8000**"),
        ("电话****138 0013 8000", "电话****138****8000"),
        ("电话**65521234**", "电话******34**"),
        ("住址：湖南省长沙县幸福村****", "住址：湖南省长沙********"),
    ],
)
def test_stars_around_an_item_do_not_save_it(text: str, masked: str) -> None:
    assert mask(text) == masked


def test_tokens_lead_back_to_the_originals_of_their_owner(session: Session) -> None:
    vault = get_vault()
    text = f"我叫张伟，电话13800138000，身份证{VALID}，再说一遍13800138000，想挂张明远医生"
    stored = mask_into_vault(session, vault, owner=OWNER, text=text)
    assert not any(original in stored for original in ("张伟", "13800138000", VALID))
    assert "张明远医生" in stored  # public, and needed for booking
    tokens = find_tokens(stored)
    assert [str(token.kind) for token in tokens] == ["NAME", "PHONE", "ID", "PHONE"]
    assert tokens[1] == tokens[3]
    originals = [vault.reveal(session, owner=OWNER, ref=token.ref) for token in tokens]
    assert originals == ["张伟", "13800138000", VALID, "13800138000"]
    assert shown(stored) == mask(text).replace("张**医生", "张明远医生")
    assert mask(stored) == stored.replace("张明远", "张**")  # tokens are let be, in logs too
    with pytest.raises(VaultEntryNotFound):
        vault.reveal(session, owner="b" * 16, ref=tokens[0].ref)


def test_a_patient_cannot_write_a_token(session: Session) -> None:
    forged = "⟦ID:0a1b2c3d4e5f6071:450**1990⟧"
    stored = mask_into_vault(session, get_vault(), owner=OWNER, text=f"看看 {forged}")
    assert not TOKEN.search(stored)


@pytest.mark.parametrize("text", ["", "⟦ID:xyz:1⟧", "⟦BAD:0a1b2c3d4e5f6071:1⟧", " ⟦ID:0a1b2c3d4e5f6071:1⟧"])
def test_what_is_no_token(text: str) -> None:
    assert parse_token(text) is None


@given(st.sampled_from(list(PersonalKind)), st.from_regex(r"[0-9a-f]{16}", fullmatch=True))
def test_a_token_round_trips(kind: PersonalKind, ref: str) -> None:
    token = parse_token(f"⟦{kind}:{ref}:450**1990⟧")
    assert token is not None
    assert (token.kind, token.ref, token.shown) == (kind, ref, "450**1990")


HARD = [
    "1",
    "1 ",
    "138 ",
    "13",
    "1-",
    "一",
    "路1号",
    "王",
    "我叫",
    "a@",
    "@",
    "a",
    "王医生",
    "区路",
    "住院号A1",
    "⟦",
    "妈妈",
    f"{VALID} ",
    "电话65521234 ",
    "地址：村",
]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("unit", HARD)
def test_hard_texts_of_100000_characters_end(unit: str) -> None:
    find_personal((unit * (100_000 // len(unit) + 1))[:100_000])


def test_many_names_take_time_in_proportion() -> None:
    names = [a + b + c for a, b, c in product("王李张刘陈杨赵黄周吴", "伟芳敏静强磊军勇杰涛", "红建国华明志文斌辉鹏")]
    assert len(find_personal("，".join(f"我叫{name}" for name in names * 20))) == 20_000
