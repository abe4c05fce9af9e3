import { Alert, App, Button, Input } from "antd";
import { useState } from "react";
import { sentence } from "../http";
import type { Line } from "../versions/api";
import { Comparison } from "../versions/Comparison";
import { VersionHistory } from "../versions/VersionHistory";
import { type Document, knowledgeApi } from "./api";

const HINT = {
  policy: "金额和比例写成带引号的文字。发布前会像启动时一样检查，不对的地方会指出第几行；几秒钟内助手就按新的一版计算。",
  preparation: "一行一条，短句，患者原样看到。不写药的用量。",
} as const;

interface Props {
  page: Document;
  draft: string;
  onDraft: (text: string) => void;
  onPublished: () => void;
}

/** One document: its text, what would change, why, and every version. */
export function DocumentEditor({ page, draft, onDraft, onPublished }: Props) {
  const { message } = App.useApp();
  const [note, setNote] = useState("");
  const [checked, setChecked] = useState<{ problem: string; lines: Line[] }>();
  const [busy, setBusy] = useState(false);
  const { kind, name } = page;
  const base = page.versions[0]?.version ?? 0;
  const isNew = page.versions.length === 0;
  const write = (text: string) => {
    setChecked(undefined);
    onDraft(text);
  };
  const check = async () => {
    try {
      setChecked(await knowledgeApi.check(kind, name, draft));
    } catch (failed) {
      void message.error(sentence(failed));
    }
  };
  const publish = async () => {
    setBusy(true);
    try {
      const { version } = await knowledgeApi.publish(kind, name, draft, note, base);
      void message.success(`已发布第 ${version} 版`);
      onPublished();
    } catch (failed) {
      setChecked({ problem: sentence(failed), lines: [] });
    } finally {
      setBusy(false);
    }
  };
  return (
    <article className="shelf-page" aria-label={name}>
      <h1>{name}</h1>
      <p className="muted">{HINT[kind]}</p>
      <Input.TextArea aria-label="内容" value={draft} onChange={(event) => write(event.target.value)} autoSize={{ minRows: 4, maxRows: 22 }} spellCheck={false} />
      <div className="shelf-row">
        <Input aria-label="为什么改" placeholder="为什么改，例如：医保局 2026 年 3 月来文" maxLength={200} value={note} onChange={(event) => setNote(event.target.value)} />
        <Button disabled={!draft.trim()} onClick={() => void check()}>
          检查
        </Button>
        <Button type="primary" loading={busy} disabled={(!isNew && draft === page.text) || !draft.trim() || note.trim().length < 2} onClick={() => void publish()}>
          发布
        </Button>
      </div>
      {checked?.problem && <Alert type="warning" showIcon title={checked.problem} role="alert" />}
      {checked && !checked.problem && (
        <>
          <p role="status">检查通过，可以发布。</p>
          <Comparison lines={checked.lines} label="将要改动的地方" />
        </>
      )}
      {!isNew && (
        <VersionHistory
          versions={page.versions}
          load={(version) => knowledgeApi.version(kind, name, version)}
          onPutBack={(old) => {
            write(old.text);
            setNote(`恢复第 ${old.version} 版`);
          }}
        />
      )}
    </article>
  );
}
