import { useEffect, useState } from "react";
import { api, type DocumentRow } from "../api";
import { exact } from "../polling";

/** What outside systems sent about the patient, folded until somebody wants to read it. */
export function Documents({ id }: { id: string }) {
  const [rows, setRows] = useState<DocumentRow[]>([]);
  useEffect(() => {
    let stopped = false;
    api.documents(id).then(
      (found) => stopped || setRows(found),
      () => undefined,
    );
    return () => {
      stopped = true;
    };
  }, [id]);
  if (!rows.length) return null;
  return (
    <details className="documents">
      <summary>院外资料 {rows.length} 份</summary>
      {rows.map((row) => (
        <article key={row.id}>
          <header>
            {row.partner} · {row.kind} <time>{exact(row.received_at)}</time>
          </header>
          <p>{row.text}</p>
        </article>
      ))}
    </details>
  );
}
