import { App, Button, Input } from "antd";
import { useCallback, useEffect, useState } from "react";
import { api, type Note } from "../api";
import { useLive } from "../desk/live";
import { sentence } from "../http";
import { exact } from "../polling";

/** Notes between colleagues, beside the conversation; the patient never sees them. */
export function Notes({ id }: { id: string }) {
  const { message } = App.useApp();
  const [notes, setNotes] = useState<Note[]>([]);
  const [text, setText] = useState("");
  const load = useCallback(() => void api.notes(id).then(setNotes, () => undefined), [id]);
  useEffect(load, [load]);
  useLive(["conversations"], load);
  const write = async () => {
    try {
      await api.writeNote(id, text.trim());
      setText("");
      load();
    } catch (failed) {
      void message.error(sentence(failed));
    }
  };
  return (
    <section className="notes" aria-label="内部备注">
      <h2>内部备注（患者看不到）</h2>
      <ul>
        {notes.map((note) => (
          <li key={note.id}>
            <span className="muted">
              {note.by} <time title={exact(note.at)}>{exact(note.at).slice(5, -3)}</time>
            </span>
            <p>{note.text}</p>
          </li>
        ))}
      </ul>
      <Input.TextArea
        aria-label="写备注"
        placeholder="给同事的话"
        value={text}
        onChange={(event) => setText(event.target.value)}
        maxLength={1000}
        autoSize={{ minRows: 2, maxRows: 6 }}
      />
      <Button block disabled={!text.trim()} onClick={() => void write()}>
        记下
      </Button>
    </section>
  );
}
