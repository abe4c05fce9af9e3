"""Answers suggested to a seat: for what patients ask, the right source on top, or none where nothing fits."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from care.seats.canned import keep_canned
from care.suggested import suggested
from hospital import get_hospital
from records.audit import SYSTEM

TODAY = date(2026, 11, 27)
PARKING = "门诊楼地下一层和二层可以停车，就诊当天前两个小时不收停车费。"

# What the patient wrote; the id of the suggestion that must stand on top, "" for none at all.
TABLE = [
    # Opening hours: asked of a place, of another word for it, of nothing in particular.
    ("药房几点关门啊", "hours:取药"),
    ("请问周日能抽血吗，几点开始", "hours:抽血"),
    ("住院部探视时间是几点", "hours:探视"),
    ("收费窗口中午休息吗", "hours:挂号"),
    ("你们几点上班", "hours:门诊"),
    ("周六门诊开吗", "hours:门诊"),
    # How to prepare.
    ("明天做胃镜要空腹吗", "preparation:胃镜"),
    ("做肚子B超之前能喝水吗", "preparation:腹部彩超"),
    ("抽血前一天晚上可以吃东西吗", "preparation:抽血"),
    ("核磁共振需要注意什么", "preparation:磁共振"),
    # Insurance.
    ("异地就医怎么备案", "policy:remote"),
    ("医保电子凭证怎么用", "policy:card"),
    ("职工医保住院报销比例是多少", "policy:benefits"),
    ("居民医保门诊能报多少", "policy:benefits"),
    ("慢特病怎么办理", "policy:chronic"),
    # Fees, and where a department is.
    ("挂专家号多少钱", "fees"),
    ("急诊挂号费是多少", "fees"),
    ("骨科在几楼", "department:骨科"),
    ("心内科怎么走", "department:心血管内科"),
    # Canned replies, of the house and of the staff.
    ("转人工", "canned:handover-hello"),
    ("你们护士态度太差了，我要投诉", "canned:complaint-sorry"),
    ("要是突然加重了怎么办", "canned:any-danger"),
    ("附近有地方停车吗，停车费多少钱", "canned:parking"),
    # An emergency: what the house says first.
    ("我爸突然胸口剧痛，喘不上气，出冷汗", "canned:emergency-come_now"),
    # Drugs, doses, diagnoses, prognosis: a person's own words.
    ("胃疼吃什么药好", ""),
    ("布洛芬一天几次，一次吃几片", ""),
    ("胃镜前要不要停药", ""),
    ("我这个是不是癌", ""),
    ("医生帮我看看这个痣严重吗", ""),
    # Looks like something that is known, and is not.
    ("胃镜要多少钱", ""),
    ("做完胃镜多久能吃东西", ""),
    ("检查报告什么时候出结果", ""),
    ("李医生明天几点坐诊", ""),
    ("我约的是明天几点", ""),
    ("医保卡里余额怎么查", ""),
    ("报告在哪里取", ""),
    # A story, thanks, nothing.
    ("头疼三天了，还有点发烧", ""),
    ("好的，谢谢医生", ""),
    ("孩子出生证明怎么补办", ""),
    ("⟦NAME_PATIENT:0123456789abcdef:张*⟧", ""),
    ("", ""),
]


@pytest.fixture
def parking(session: Session) -> str:
    """A reply that somebody of the staff wrote."""
    return f"canned:{keep_canned(session, actor=SYSTEM, title='停车', text=PARKING).id}"


@pytest.mark.parametrize(("said", "expected"), TABLE)
def test_the_right_source_is_on_top_or_none_is(session: Session, parking: str, said: str, expected: str) -> None:
    found = suggested(session, get_hospital(), said, today=TODAY)
    top = found[0].id.replace(parking, "canned:parking") if found else ""
    assert top == expected, [one.id for one in found]
    assert len(found) <= 3
    assert all(one.text and one.title and one.edition for one in found)
