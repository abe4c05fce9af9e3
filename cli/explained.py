"""An explanation of triage as lines to read."""

from collections.abc import Iterator

from care.triage.explain import Department, Explanation

STEPS = {
    "words": "按词语",
    "history": "近期就诊记录",
    "vague": "几乎没说哪里不舒服：先全科",
    "child": "是孩子：部分转儿科",
    "grown_up": "成人：不看儿科",
    "pregnant": "怀孕：部分转产科",
    "not_pregnant": "没有怀孕",
    "male": "男性：不看妇产科",
    "female": "女性：不看男科",
    "urgent": "情况紧急：先急诊",
}
URGENCY = {
    "call_120": "呼叫120",
    "emergency": "马上去急诊",
    "within_24h": "24小时内就诊",
    "outpatient": "门诊",
    "self_care": "自我照护",
}
PATIENT = {
    "age_years": "年龄（岁）",
    "child": "孩子",
    "newborn": "新生儿",
    "sex": "性别",
    "pregnant": "怀孕",
    "temperature": "体温（℃）",
    "days": "天数",
    "severity": "程度",
    "animal": "说的是动物",
}
KINDS = {
    "symptom": "症状",
    "body_part": "部位",
    "age": "年龄，岁",
    "temperature": "体温，℃",
    "duration": "天数",
    "kinship": "亲属",
    "sex": "性别",
    "pregnancy": "怀孕",
    "severity": "程度",
}
VALUES = {"yes": "是", "no": "否", "female": "女", "male": "男", "mild": "轻", "moderate": "中", "severe": "重"}


def lines(found: Explanation) -> Iterator[str]:
    """The explanation, part by part."""
    yield "一、听到的"
    for heard in found.heard:
        read_as = VALUES.get(heard.value, heard.value)
        yield f"  “{heard.words}” → {'否认' if heard.denied else ''}{read_as}（{KINDS.get(heard.kind, heard.kind)}）"
    if not found.heard:
        yield "  没有认出症状、部位或数字"
    for name, value in found.patient.items():
        yield f"  {PATIENT[name]}：{_value(value)}"
    yield f"二、紧急程度：{URGENCY[found.urgency]}"
    yield from _urgency(found)
    yield "三、科室"
    for department in found.departments:
        yield from _department(department)
    yield "四、下一个问题"
    yield from _question(found)
    yield "五、告诉患者的理由"
    yield f"  {found.rationale or '（没有）'}"


def _value(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return f"{value:g}" if isinstance(value, float) else VALUES.get(value, value)


def _urgency(found: Explanation) -> Iterator[str]:
    for flag in found.red_flags:
        yield f"  红旗 {flag.id} {flag.name}：{URGENCY[flag.urgency]}；来源：{flag.source}"
    for rule in found.rules:
        yield f"  规则 {rule.id}：{rule.why}；依据：{'、'.join(rule.because) or '只看人'}；来源：{rule.source}"
    for level in found.raised_by_answers:
        yield f"  回答里的危险信号：至少{URGENCY[level]}"
    if not found.red_flags and not found.rules and not found.raised_by_answers:
        yield "  没有规则命中：普通门诊"


def _department(department: Department) -> Iterator[str]:
    yield f"  {department.name}：{department.steps[-1].probability:.1%}（没说话之前 {department.prior:.1%}）"
    words = "，".join(f"“{word.word}” {word.log_odds:+.2f}" for word in department.words)
    yield f"    词语（对数优势，与平均科室相比）：{words or '没有'}"
    yield "    " + " → ".join(f"{STEPS[step.step]} {step.probability:.1%}" for step in department.steps)


def _question(found: Explanation) -> Iterator[str]:
    asked = found.question
    if asked is None:
        yield "  不再问：没有问题的答案会改变结果，或者情况紧急"
        return
    yield f"  {asked.text}（{asked.id}）"
    yield f"    为什么问：{asked.reason}；预期改变 {asked.expected_change}"
    for outcome in asked.outcomes:
        yield f"    {outcome.answer}（约 {outcome.share:.0%}）→ {URGENCY[outcome.urgency]}，{outcome.department}"
