import { Alert, Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import type { Canned, Kind } from "../cases/api";
import { KIND } from "../cases/names";
import { sentence } from "../http";
import { cannedApi } from "./api";
import { CannedHistory } from "./CannedHistory";

const ANY = "";

/** One reply, new or changed; it is for everybody, so the house refuses one that names somebody. */
export function CannedEditor({ row, onClose, onSaved }: { row: Canned | undefined; onClose: () => void; onSaved: () => void }) {
  const [title, setTitle] = useState(row?.title ?? "");
  const [text, setText] = useState(row?.text ?? "");
  const [kind, setKind] = useState<string>(row?.kind ?? ANY);
  const [note, setNote] = useState("");
  const [problem, setProblem] = useState("");
  const save = async () => {
    const one = { title, text, kind: kind === ANY ? null : (kind as Kind) };
    try {
      await (row ? cannedApi.change(row.id, one, row.version, note) : cannedApi.add(one));
      onSaved();
    } catch (failed) {
      setProblem(sentence(failed));
    }
  };
  return (
    <Modal open title={row ? "修改常用回复" : "新的常用回复"} okText="保存" okButtonProps={{ disabled: !title.trim() || !text.trim() }} onOk={save} onCancel={onClose} width={row ? 720 : 520}>
      {problem && <Alert type="warning" showIcon title={problem} role="alert" />}
      <Form layout="vertical">
        <Form.Item label="标题" htmlFor="canned-title">
          <Input id="canned-title" maxLength={64} value={title} onChange={(event) => setTitle(event.target.value)} autoFocus />
        </Form.Item>
        <Form.Item label="用于" htmlFor="canned-kind">
          <Select id="canned-kind" value={kind} onChange={setKind} options={[{ value: ANY, label: "所有病例" }, ...Object.entries(KIND).map(([value, label]) => ({ value, label }))]} />
        </Form.Item>
        <Form.Item label="回复" htmlFor="canned-text">
          <Input.TextArea id="canned-text" maxLength={1000} autoSize={{ minRows: 4, maxRows: 12 }} value={text} onChange={(event) => setText(event.target.value)} />
        </Form.Item>
        {row && (
          <Form.Item label="为什么改" htmlFor="canned-note">
            <Input id="canned-note" placeholder="可以不写" maxLength={200} value={note} onChange={(event) => setNote(event.target.value)} />
          </Form.Item>
        )}
      </Form>
      {row && (
        <CannedHistory
          id={row.id}
          onPutBack={(old) => {
            setTitle(old.title);
            setText(old.text);
            setKind(old.kind);
            setNote(`恢复第 ${old.version} 版`);
          }}
        />
      )}
    </Modal>
  );
}
