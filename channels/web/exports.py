"""A patient's own export, for the session that asked for it; on WeChat for whoever holds the key in its link."""

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from care.rights import ExportGone, open_export
from channels.data_jobs import opens
from channels.inbound import Channel
from channels.web.sessions import COOKIE, SessionRefused, session_tokens
from records.audit import Action, Actor, ActorKind, audit
from records.database import session_scope
from records.patients import Account
from records.rights import RightsRequest
from records.vault import get_vault


def own_export(request: Request, request_id: str, key: str) -> Response:
    """The zip; raises :class:`ExportGone` for everybody else's, which look the same as none."""
    with session_scope() as session:
        asked = session.get(RightsRequest, request_id)
        sealed = open_export(session, asked)
        assert asked is not None
        account = session.get(Account, asked.account_id)
        if account is None or not asked.asked_by.startswith(ActorKind.PATIENT):
            raise ExportGone
        if not (_is_own(request, account) or (account.channel == Channel.WECHAT and opens(request_id, key))):
            raise ExportGone
        audit(
            session,
            actor=Actor(ActorKind.PATIENT, account.id, account.channel),
            action=Action.DOWNLOAD_EXPORT,
            patient=account.id,
            subject=f"rights_request:{request_id}",
        )
    headers = {
        "Content-Disposition": 'attachment; filename="xinglin-export.zip"',
        "Cache-Control": "private, no-store",
        "Referrer-Policy": "no-referrer",
    }
    return StreamingResponse(sealed.chunks(), media_type="application/zip", headers=headers)


def _is_own(request: Request, account: Account) -> bool:
    try:
        sender = session_tokens().read(request.cookies.get(COOKIE)).sender
    except SessionRefused:
        return False
    return get_vault().fingerprint(sender, purpose=f"address:{Channel.WEB}") == account.address_fingerprint
