"""One reply of every kind, with invented content: what the page must be able to draw."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from care.replies import (
    AppointmentCard,
    AskBackCard,
    ConfirmCard,
    DepartmentCard,
    DepartmentOption,
    DoctorCard,
    DoctorOption,
    EmergencyCard,
    InsuranceCard,
    PhotoGuideCard,
    ProgressCard,
    QuickReply,
    Reply,
    ReportCard,
    ReportRow,
    SlotCard,
    SlotOption,
    TrendLine,
    TrendPoint,
)
from channels.inbound import Inbound
from settings import get_settings

ADVICE = ("原地休息，不要走动", "不要自己开车来医院", "有人陪着，保持电话畅通", "不要再吃东西")


def _tomorrow(hour: int, minute: int = 0, *, days: int = 1) -> datetime:
    now = datetime.now(get_settings().zone)
    return now.replace(hour=hour, minute=minute, second=0, microsecond=0) + timedelta(days=days)


def _slot(*, number: int, start: datetime, doctor: str, title: str, fee: str, remaining: int) -> SlotOption:
    return SlotOption(
        slot_id=f"S{number}",
        starts_at=start,
        ends_at=start + timedelta(minutes=30),
        doctor=doctor,
        doctor_title=title,
        department="心血管内科",
        fee=Decimal(fee),
        remaining=remaining,
        payload=f'/inform{{"slot":"S{number}"}}',
    )


def emergency() -> Reply:
    card = EmergencyCard(
        title="您说的情况可能很紧急，请现在就拨打 120", advice=ADVICE, entrance="医院东门急诊楼一层，24 小时开放"
    )
    return Reply(text="请现在就拨打 120。", card=card)


def departments() -> Reply:
    options = (
        DepartmentOption(name="心血管内科", parent="内科", reason="胸闷、活动后加重，先看心脏", payload="挂心血管内科"),
        DepartmentOption(name="呼吸内科", parent="内科", reason="也可能和肺、气管有关", payload="挂呼吸内科"),
        DepartmentOption(name="全科医学科", parent="全科", payload="挂全科"),
    )
    card = DepartmentCard(
        urgency="within_24h",
        urgency_text="建议 24 小时内就诊",
        departments=options,
        rationale="您说胸口闷两天、爬楼时更明显，没有出冷汗和胸痛，所以不用叫救护车，但要尽快看医生。",
    )
    return Reply(text="建议看心血管内科。", card=card)


def doctors() -> Reply:
    rows = (
        DoctorOption(
            name="林知远",
            title="主任医师",
            department="心血管内科",
            skills=("高血压", "冠心病", "心律失常"),
            next_slot_at=_tomorrow(9),
            fee=Decimal("50.00"),
            payload="约林知远",
        ),
        DoctorOption(
            name="苏文澜", title="主治医师", department="心血管内科", skills=("心力衰竭",), payload="约苏文澜"
        ),
    )
    return Reply(text="有两位医生。", card=DoctorCard(doctors=rows))


def slots() -> Reply:
    options = []
    for day in range(1, 6):
        for hour, minute in ((8, 30), (9, 0), (10, 30), (14, 0), (15, 30))[: 5 - day % 3]:
            senior = hour < 10
            options.append(
                _slot(
                    number=len(options),
                    start=_tomorrow(hour, minute, days=day),
                    doctor="林知远" if senior else "苏文澜",
                    title="主任医师" if senior else "主治医师",
                    fee="50.00" if senior else "20.00",
                    remaining=(hour + day) % 6,
                )
            )
    return Reply(text="请选一个时间。", card=SlotCard(department="心血管内科", slots=tuple(options)))


def confirm() -> Reply:
    card = ConfirmCard(
        title="请确认预约信息",
        rows=(
            ("就诊人", "母亲 张**"),
            ("科室", "心血管内科"),
            ("医生", "林知远 主任医师"),
            ("时间", "明天 上午 9:00"),
            ("挂号费", "50 元"),
        ),
        confirm=QuickReply(title="确认预约", payload="/affirm"),
        change=QuickReply(title="换个时间", payload="/deny"),
    )
    return Reply(text="请确认。", card=card)


def appointment(state: str = "booked") -> Reply:
    card = AppointmentCard(
        appointment_id="A1",
        state=state,
        patient="母亲 张**",
        department="心血管内科",
        doctor="林知远",
        doctor_title="主任医师",
        starts_at=_tomorrow(9),
        ends_at=_tomorrow(9, 30),
        place="门诊楼三层 302 诊室",
        fee=Decimal("50.00"),
        bring=("身份证", "医保卡", "以前的病历和检查单"),
    )
    return Reply(text="预约好了。", card=card)


def insurance() -> Reply:
    card = InsuranceCard(
        title="门诊报销估算",
        policy="示例门诊统筹办法",
        policy_date="2026-01-01",
        steps=(("医疗费用", "1,200.00 元"), ("减去起付线", "−300.00 元"), ("按 60% 报销", "540.00 元")),
        total="可报 540.00 元",
    )
    return Reply(text="大约可以报 540 元。", card=card)


def photo_guide(subject: str = "skin") -> Reply:
    card = PhotoGuideCard.model_validate(
        {
            "subject": subject,
            "title": "请拍一张皮肤照片",
            "tips": ("离皮肤约 20 厘米，对焦清楚", "白天窗边拍，不开闪光灯", "一张整体，一张最明显的地方"),
        }
    )
    return Reply(text="可以拍张照片给医生看看。", card=card)


def report() -> Reply:
    card = ReportCard(
        title="生化检验报告单",
        day=date(2026, 11, 20),
        rows=(
            ReportRow(name="肌酐", value="131 umol/L", range="57-97", direction="high", flag="偏高"),
            ReportRow(name="血红蛋白", value="98 g/L", range="115-150", direction="low", flag="偏低"),
            ReportRow(name="尿蛋白", value="2+", range="阴性", direction="abnormal", flag="与参考不一致"),
        ),
        trends=(
            TrendLine(
                title="肌酐：比上次高了",
                unit="umol/L",
                low=57,
                high=97,
                points=(
                    TrendPoint(day=date(2026, 5, 2), value=101),
                    TrendPoint(day=date(2026, 8, 9), value=118),
                    TrendPoint(day=date(2026, 11, 20), value=131),
                ),
            ),
        ),
    )
    said = (
        "报告我看了，共12项，其中3项不在参考范围内：",
        "· 肌酐 131 umol/L，偏高（参考 57-97）",
        "看医生时可以问：要不要复查？",
        "建议挂：肾内科，请这几天内去。",
        "指标高低不等于生病，这不是诊断，要由医生结合您的情况来看。",
    )
    book = QuickReply(title="挂肾内科", payload="挂肾内科")
    return Reply(text="\n".join(said), card=card, quick_replies=(book,))


def progress() -> Reply:
    days = (date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 20))
    card = ProgressCard(
        title="练习的进展",
        trends=(
            TrendLine(
                title="深蹲：角度 52→75",
                unit="度",
                points=tuple(TrendPoint(day=day, value=value) for day, value in zip(days, (52, 61, 75), strict=True)),
            ),
        ),
        note="角度是从视频估算的，上下差几度不算变化。",
    )
    said = ("今天要练：", "深蹲 5次", "点一个动作看怎么拍。", "最近的进展：", "深蹲：练过3次，角度 52→61→75")
    return Reply(text="\n".join(said), card=card)


def ask_back(picture: str = "/api/chat/media/0000000000000000") -> Reply:
    card = AskBackCard(title="请看一眼单子", picture=picture, box=(0.3, 0.3, 0.36, 0.32))
    options = ("1.7", "17", "看不清", "重拍一张")
    return Reply(
        text="报告上“总胆红素”这一项，这里是 1.7 还是 17？",
        card=card,
        quick_replies=tuple(QuickReply(title=title, payload=title) for title in options),
    )


def question() -> Reply:
    options = ("有", "没有", "不清楚")
    return Reply(
        text="请问您发烧吗？量过体温的话告诉我多少度。",
        quick_replies=tuple(QuickReply(title=title, payload=title) for title in options),
    )


REPLIES = {
    "急诊": emergency,
    "科室": departments,
    "医生": doctors,
    "号源": slots,
    "确认": confirm,
    "预约": appointment,
    "医保": insurance,
    "拍照": photo_guide,
    "报告": report,
    "进展": progress,
    "核对": ask_back,
    "提问": question,
}


def every_card(inbound: Inbound) -> list[Reply]:
    """Answers a word with the card of that name, all of them to "全部", and anything else with a sentence."""
    if inbound.text == "全部":
        # Nothing competes with an emergency; and the picture that is asked about is a file that this house has not.
        return [make() for word, make in REPLIES.items() if word not in {"急诊", "核对"}]
    for word, make in REPLIES.items():
        if inbound.text == word:
            return [make()]
    return [Reply(text=f"听到了：{inbound.text or inbound.kind}")]
