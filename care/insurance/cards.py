"""An answer as a reply: complete in words, with a card, and a person always one press away."""

from care.insurance.answer import Answer
from care.insurance.wording import policy_date
from care.replies import InsuranceCard, QuickReply, Reply
from care.texts import text


def insurance_reply(answer: Answer, *, quick_replies: tuple[QuickReply, ...] = ()) -> Reply:
    """The reply to an answer that is no question; names the policy and its date, and that a sample is one."""
    policy = answer.policy
    lines = list(answer.lines)
    if policy is not None and (policy.sample or answer.rows):
        lines.append(text("insurance.sample" if policy.sample else "insurance.final"))
    card = None
    said = [answer.title] if answer.title else []
    if policy is not None and answer.rows:
        card = InsuranceCard(
            title=answer.title,
            policy=policy.name,
            policy_date=policy_date(policy),
            steps=answer.rows,
            total=answer.total,
        )
        said += [text("insurance.step.line", name=name, value=value) for name, value in answer.rows]
        said += [text("insurance.total", total=answer.total)] if answer.total else []
    said += lines
    if policy is not None:
        said.append(text("insurance.basis", policy=policy.name, date=policy_date(policy)))
    if answer.source:
        said.append(answer.source)
    return Reply(text="\n".join(said), card=card, quick_replies=quick_replies)
