"""What is edited at the console: what may be said, what changes, what would alarm less, and how a process keeps up."""

from collections.abc import Mapping
from threading import Event, Thread

import pytest

from care.emergency.differences import Less, weaker, written
from care.emergency.flags import Catalogue, RedFlag, catalogue, combination, flag_of
from care.emergency.in_force import file_texts
from care.published import InForce, Mark, NamesDose, NamesSomebody, compared, refuse_dose, refuse_personal
from records.published import DocumentKind
from settings import Settings


@pytest.mark.parametrize("text", ["每次2片", "服用 10 mg", "吃半片", "打 4 单位", "滴两滴", "一次5毫克"])
def test_a_dose_is_refused(text: str) -> None:
    with pytest.raises(NamesDose):
        refuse_dose(text)


@pytest.mark.parametrize(
    "text", ["空腹8小时", "前一天晚上10点后不吃东西", "取新鲜的一小块", "按医生给的说明吃", "打12356，24小时有人接"]
)
def test_what_is_no_dose_is_not(text: str) -> None:
    refuse_dose(text)


def test_a_patients_number_is_refused_and_the_hospitals_telephone_is_not() -> None:
    refuse_personal("请打医院总机010-12345678")
    with pytest.raises(NamesSomebody):
        refuse_personal("身份证110101199003074610")


def test_two_texts_are_compared_line_by_line() -> None:
    assert [(line.mark, line.text) for line in compared("甲\n乙\n丙", "甲\n丁\n丙")] == [
        (Mark.SAME, "甲"),
        (Mark.REMOVED, "乙"),
        (Mark.ADDED, "丁"),
        (Mark.SAME, "丙"),
    ]


def test_every_flag_of_the_files_is_read_back_from_its_own_text() -> None:
    house = catalogue()
    assert {name: flag_of(text, house.signs) for name, text in file_texts().items()} == {
        flag.id: flag for flag in house.flags
    }


@pytest.mark.parametrize("line", ["甲 & 丙|乙 + 丁 [年龄<0.25] - 戊", "[体温>=40]", "甲 [孕]", "甲"])
def test_a_line_is_written_as_it_was_read(line: str) -> None:
    assert written(combination(line)) == line


# What changes in a flag whose lines are 晕倒 + 胸痛|胸闷 and 心慌 & 要晕, and how that is weaker.
CHANGES = [
    ("nothing", {}, []),
    ("a line more", {"when": "[晕倒 + 胸痛|胸闷, 心慌 & 要晕, 昏迷]"}, []),
    ("a wider place", {"when": "[晕倒 + 胸痛|胸闷|心慌, 心慌 & 要晕]"}, []),
    ("a narrower place", {"when": "[晕倒 + 胸痛, 心慌 & 要晕]"}, [(Less.SITUATION, "晕倒 + 胸痛|胸闷")]),
    ("a line less", {"when": "[晕倒 + 胸痛|胸闷]"}, [(Less.SITUATION, "心慌 & 要晕")]),
    ("closer", {"when": "[晕倒 & 胸痛|胸闷, 心慌 & 要晕]"}, [(Less.SITUATION, "晕倒 + 胸痛|胸闷")]),
    (
        "a number more",
        {"when": "['晕倒 + 胸痛|胸闷 [年龄<3]', 心慌 & 要晕]"},
        [(Less.SITUATION, "晕倒 + 胸痛|胸闷"), (Less.EXAMPLE, "晕倒了胸口很疼")],
    ),
    (
        "an exclusion of one line",
        {"when": "['晕倒 + 胸痛|胸闷 - 乳房', 心慌 & 要晕]"},
        [(Less.SITUATION, "晕倒 + 胸痛|胸闷")],
    ),
    ("an exclusion", {"without": "[夸张, 乳房]"}, [(Less.EXCLUSION, "乳房")]),
    ("an exclusion less", {"without": "[]"}, []),
    ("what is old counts no more", {"chronic": "false"}, [(Less.CHRONIC, "")]),
    ("thoughts count no more", {"always": "false"}, [(Less.ALWAYS, "")]),
    ("less urgent", {"urgency": "emergency"}, [(Less.URGENCY, "")]),
    ("no ambulance", {"advice": "[去医院]"}, [(Less.ADVICE, "")]),
    ("an example dropped", {"examples": "[心慌得要晕了]"}, [(Less.EXAMPLE_DROPPED, "晕倒了胸口很疼")]),
]


def flag(changed: Mapping[str, str], house: Catalogue) -> RedFlag:
    fields = {
        "id": "cardiac_syncope",
        "name": "晕倒伴胸痛",
        "urgency": "call_120",
        "when": "[晕倒 + 胸痛|胸闷, 心慌 & 要晕]",
        "without": "[夸张]",
        "chronic": "true",
        "always": "true",
        "advice": "[马上拨打120]",
        "source": "某指南（2020）",
        "examples": "[晕倒了胸口很疼]",
    } | changed
    return flag_of("\n".join(f"{name}: {value}" for name, value in fields.items()), house.signs)


@pytest.mark.parametrize(("changed", "found"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES])
def test_a_change_that_alarms_less_is_named(changed: Mapping[str, str], found: list[tuple[Less, str]]) -> None:
    house = catalogue()
    assert [(one.how, one.what) for one in weaker(flag({}, house), flag(changed, house), house)] == found


def test_an_example_that_falls_silent_is_found_by_trying_it() -> None:
    house = catalogue()
    silent = weaker(flag({}, house), flag({"when": "[心慌 & 要晕]"}, house), house)
    assert (Less.EXAMPLE, "晕倒了胸口很疼") in [(one.how, one.what) for one in silent]


def test_while_one_thread_looks_the_others_go_on_with_what_they_know(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("care.published.watching.LOOKED_EVERY_S", 0.0)
    in_force = InForce(DocumentKind.POLICY, len)
    assert in_force() == 0
    looking, let_go = Event(), Event()

    def slow(*_: object) -> tuple[tuple[int, str], dict[str, str]]:
        looking.set()
        let_go.wait(10)
        return (1, "later"), {"a": ""}

    monkeypatch.setattr(in_force, "_read", slow)
    thread = Thread(target=in_force)
    thread.start()
    assert looking.wait(10)
    assert in_force() == 0  # would wait for ever if it had to
    let_go.set()
    thread.join()
    monkeypatch.setattr(in_force, "_read", lambda _: ((1, "later"), {}))
    assert in_force() == 1


def test_a_house_without_a_database_uses_its_files_and_makes_none(installation: Settings) -> None:
    in_force = InForce(DocumentKind.RED_FLAG, dict)
    assert in_force() == {}
    assert not installation.var.exists()
