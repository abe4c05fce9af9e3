"""The page of an export that a patient opens: plain Chinese, no script, nothing from outside."""

import html
from collections.abc import Iterable
from typing import Any

from care.texts import text

_STYLE = """body{max-width:46rem;margin:24px auto;padding:0 16px;font:17px/1.7 system-ui,sans-serif;color:#17201c}
h1{font-size:1.4rem}h2{font-size:1.15rem;margin-top:2em;border-bottom:1px solid #dde4e0}
table{border-collapse:collapse;width:100%}td,th{padding:6px 8px;border-bottom:1px solid #dde4e0;text-align:left}
.said{margin:10px 0}.said small{color:#55625c}.said p{margin:2px 0;white-space:pre-wrap}"""


def export_page(values: dict[str, Any]) -> str:
    """``index.html`` of an export from its values."""
    title = text("rights.page.title", hospital=values["hospital"])
    notes = text("rights.page.note" if values["with_sensitive"] else "rights.page.note_left_out")
    parts = [
        f"<h1>{_escaped(title)}</h1><p>{_escaped(notes)}</p>",
        _table("patients", ("kinship", "name", "id_number", "phone", "birth_date"), values["patients"]),
        _table("appointments", ("starts_at", "department", "doctor", "place", "fee", "state"), values["appointments"]),
        _table("consents", ("purpose", "version", "given_at", "withdrawn_at", "guardian"), values["consents"]),
        _table("rehab", ("at", "exercise", "repetitions", "range_deg", "held_s", "score"), values["rehab"]),
        _table("follow_ups", ("at", "plan", "ask", "answer"), values["follow_ups"]),
        f"<h2>{_escaped(text('rights.page.messages'))}</h2>",
        *(_said(message) for message in values["messages"]),
    ]
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        "img-src 'self' file:; media-src 'self' file:\">"
        f"<title>{_escaped(title)}</title><style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>"
    )


def _table(name: str, columns: Iterable[str], rows: list[dict[str, Any]]) -> str:
    head = "".join(f"<th>{_escaped(text(f'rights.column.{column}'))}</th>" for column in columns)
    body = "".join(
        "<tr>"
        + "".join(f"<td>{_escaped('' if row[column] is None else row[column])}</td>" for column in columns)
        + "</tr>"
        for row in rows
    )
    heading = f"<h2>{_escaped(text(f'rights.page.{name}'))}</h2>"
    if not rows:
        return f"{heading}<p>{_escaped(text('rights.page.none'))}</p>"
    return f"{heading}<table><tr>{head}</tr>{body}</table>"


def _said(message: dict[str, Any]) -> str:
    file = f'<p><a href="{_escaped(message["file"])}">{_escaped(message["file"])}</a></p>' if message["file"] else ""
    return (
        f'<div class="said"><small>{_escaped(message["at"])} {_escaped(message["from"])}</small>'
        f"<p>{_escaped(message['text'])}</p>{file}</div>"
    )


def _escaped(words: object) -> str:
    return html.escape(str(words))


def _shown(value: object) -> str:
    return "" if value is None else _escaped(value)
