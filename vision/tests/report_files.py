"""Documents made on the spot: with text, with a password, of many pages, with a page that unpacks to very much."""

import zlib
from collections.abc import Sequence

TABLE = (
    (700, ("TEST", "RESULT", "UNIT", "REFERENCE RANGE")),
    (680, ("WBC", "11.92", "10^9/L", "3.50-9.50")),
    (660, ("HGB", "134", "g/L", "115-150")),
    (640, ("PLT", "98", "10^9/L", "125-350")),
)
AT = (60, 180, 300, 420)


def document(pages: Sequence[bytes], *, encrypted: bool = False, packed: bool = False) -> bytes:
    """A PDF of content streams; ``encrypted`` with a password that nobody knows."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    kids = []
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    for content in pages:
        data = zlib.compress(content, 9) if packed else content
        how = b" /Filter /FlateDecode" if packed else b""
        objects.append(b"<< /Length %d%s >>\nstream\n%s\nendstream" % (len(data), how, data))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    if encrypted:
        secret = b"A" * 32
        objects.append(b"<< /Filter /Standard /V 1 /R 2 /P -4 /O (%s) /U (%s) >>" % (secret, secret))
    written, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    written += b"".join(b"%010d 00000 n \n" % place for place in places)
    lock = b" /Encrypt %d 0 R /ID [(a) (b)]" % len(objects) if encrypted else b""
    return written + b"trailer\n<< /Size %d /Root 1 0 R%s >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        lock,
        start,
    )


def text_page(rows: Sequence[tuple[int, Sequence[str]]] = TABLE) -> bytes:
    """A content stream that prints rows in columns."""
    shown = [
        b"BT /F1 11 Tf %d %d Td (%s) Tj ET" % (left, bottom, text.encode())
        for bottom, texts in rows
        for text, left in zip(texts, AT, strict=False)
    ]
    return b"\n".join(shown)
