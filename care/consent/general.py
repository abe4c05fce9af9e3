"""What works without consent: general information. Everything else asks first.

``GENERAL_INTENTS`` is the one list of intents whose messages the assistant may hear from anybody. Add an intent here
only when its answer needs nothing of the patient's health.
"""

import re
from collections.abc import Collection

# How sure the assistant must be that a message is general.
SURE = 0.5
# A longer message of small talk or of a bare answer says more than its intent ("不知道是什么，起了个小包").
SMALL_TALK_CHARS = 16

INFORMATION_INTENTS = frozenset(
    {
        "ask_opening_hours",
        "ask_department",
        "ask_doctor",
        "ask_insurance",
        # In general; what is booked for somebody is looked up with their consent only.
        "ask_preparation",
        "complain",
        "request_human",
        # Booking asks for a consent of its own before it takes a name or a number.
        "book_appointment",
        "change_appointment",
        "cancel_appointment",
        "list_appointments",
    }
)
SMALL_TALK_INTENTS = frozenset(
    {
        "greet",
        "goodbye",
        "thank",
        "chitchat",
        "bot_challenge",
        "out_of_scope",
        "stop",
        # How to take a photo; the photo itself is asked about when it comes.
        "send_report",
        "send_skin_photo",
        "send_rehab_video",
        # Answers to what a booking asks: a day, a name, yes and no.
        "inform",
        "affirm",
        "deny",
        "dont_know",
    }
)
GENERAL_INTENTS = INFORMATION_INTENTS | SMALL_TALK_INTENTS

# Entities that speak of somebody's health.
HEALTH_ENTITIES = frozenset({"symptom", "absent_symptom", "temperature", "pregnancy", "sensitive"})
# Says what is asked about in a question to the house ("皮肤科几点上班", "谁看心脏好"); elsewhere it is somebody's own.
BODY_PART = "body_part"

# Words for illness that are no symptom and so no entity.
_HEALTH_WORDS = re.compile(
    r"病|症|炎|癌|瘤|囊肿|结节|硬化|三阳|感染|中毒|骨折|手术|化疗|放疗|治疗|治好|根治|确诊|复发|发作|偏高|偏低|阳性|阴性"
    r"|疼|痛|痒|肿|出血|流血|化脓|疙瘩|包块|小包|溃疡|硬块|怀孕|流产|月经|姨妈|血压|血糖|糖尿|癫痫|中风|过敏"
    r"|自杀|不想活|抑郁|焦虑|吸毒|艾滋|梅毒|乙肝"
    r"|(?:吃|服|用|开|停|换|打)(?:了|过|着|点|什么|哪种)?(?:药|针)|服用"
)
# The same words where they are about the house or a policy: 看病, 病历, 大病保险, 疼痛科.
_ABOUT_THE_HOUSE = re.compile(
    r"看(?:什么)?病|病[历房案区友]|病人服务|大病|慢性?病|慢?特病|单病种|换药"
    r"|(?:疼痛|肿瘤|感染|手术|癫痫|肾病|心血管病|血管病|皮肤病|传染病|职业病|精神病|糖尿病|过敏|炎症)(?:内|外)?(?:科|门诊|室|中心|专科)"
)
_SEALED = "⟦SENSITIVE:"  # a clause of level 5 (GB/T 39725-2020) stood there
_TOKEN = re.compile("⟦[^⟧]*⟧")
_WORD = re.compile(r"[^\W_]")


def is_general_button(intent: str) -> bool:
    """Whether a button of this intent may be pressed without consent; what it carries was offered by the house."""
    return intent in GENERAL_INTENTS


def is_general(text: str, *, intent: str, confidence: float, entities: Collection[str]) -> bool:
    """Whether a message may be answered without consent: surely general, and nothing of anybody's health in it.

    ``text`` is masked; ``intent``, ``confidence`` (0 to 1) and ``entities`` (kinds) are what the assistant makes of it.
    """
    if HEALTH_ENTITIES.intersection(entities):
        return False
    if _SEALED in text:
        return False
    said = _TOKEN.sub("", text).strip()
    if not _WORD.search(said):
        return True  # an emoji, a dot, only a name or a number
    if intent not in GENERAL_INTENTS or confidence < SURE:
        return False
    if _HEALTH_WORDS.search(_ABOUT_THE_HOUSE.sub("", said)):
        return False
    return intent in INFORMATION_INTENTS or (BODY_PART not in entities and len(said) <= SMALL_TALK_CHARS)
