import { App, Button, Input } from "antd";
import { type ReactNode, useState } from "react";
import { sentence } from "../http";
import type { Checked, DocumentPage, ProposedApi } from "./api";
import { CheckedChange } from "./CheckedChange";
import type { Words } from "./proposing";
import { VersionHistory } from "./VersionHistory";

interface Props {
  api: Pick<ProposedApi<unknown>, "check" | "propose" | "version">;
  words: Words;
  /** A document that is not there yet has no versions; its id stands in its text. */
  page: DocumentPage;
  name: string;
  editable: boolean;
  draft: string;
  onDraft: (text: string) => void;
  onProposed: () => void;
  children: ReactNode;
}

const NO_ID = "先在第一行写上 id";

/** One document as it is written, with its versions; a clinician writes a change of it here. */
export function ProposalEditor({ api, words, page, name, editable, draft, onDraft, onProposed, children }: Props) {
  const { message } = App.useApp();
  const [note, setNote] = useState("");
  const [checked, setChecked] = useState<Checked>();
  const [busy, setBusy] = useState(false);
  const id = page.id || (/^id:\s*([a-z][a-z0-9_]{2,63})\s*$/m.exec(draft)?.[1] ?? "");
  const write = (text: string) => {
    setChecked(undefined);
    onDraft(text);
  };
  const act = async (action: () => Promise<void>) => {
    if (!id) return void message.error(NO_ID);
    setBusy(true);
    try {
      await action();
    } catch (failed) {
      void message.error(sentence(failed));
    } finally {
      setBusy(false);
    }
  };
  const check = () => act(async () => setChecked(await api.check(id, draft)));
  const propose = () =>
    act(async () => {
      await api.propose(id, draft, note, page.versions[0]?.version ?? 0);
      void message.success("已提出，等另一位医生审核");
      onProposed();
    });
  return (
    <article className="shelf-page" aria-label={name}>
      <h1>{name}</h1>
      {children}
      <Input.TextArea aria-label={words.written} value={draft} readOnly={!editable} onChange={(event) => write(event.target.value)} autoSize={{ minRows: 6, maxRows: 20 }} spellCheck={false} />
      {editable && (
        <>
          <p className="muted">{words.help}另一位医生同意后才生效。</p>
          <div className="shelf-row">
            <Input aria-label="为什么改" placeholder="为什么改，依据是什么" maxLength={200} value={note} onChange={(event) => setNote(event.target.value)} />
            <Button disabled={draft === page.text} onClick={() => void check()}>
              检查
            </Button>
            <Button type="primary" loading={busy} disabled={draft === page.text || note.trim().length < 2} onClick={() => void propose()}>
              提交审核
            </Button>
          </div>
        </>
      )}
      {checked && <CheckedChange checked={checked} words={words} />}
      {page.versions.length > 0 && (
        <VersionHistory versions={page.versions} load={(version) => api.version(page.id, version)} onPutBack={editable ? (old) => write(old.text) : undefined} />
      )}
    </article>
  );
}
