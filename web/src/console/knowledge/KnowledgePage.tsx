import { Alert, Button, Input, Modal, Spin } from "antd";
import { useCallback, useEffect, useState } from "react";
import { sentence } from "../http";
import { DocumentList } from "../versions/DocumentList";
import "../versions/versions.css";
import { type Document, type DocumentRow, type Kind, knowledgeApi } from "./api";
import { DocumentEditor } from "./DocumentEditor";

const GROUP: Record<Kind, string> = { policy: "医保政策", preparation: "检查前准备" };
const NAME = /^[a-z0-9][a-z0-9-]{0,47}$/;

const keyOf = (one: { kind: Kind; name: string }) => `${one.kind}/${one.name}`;
const stateOf = (row: DocumentRow) => (row.latest.version ? `第 ${row.latest.version} 版` : "");

/** The hospital's own answers: insurance policies, and how to prepare for examinations. Drafts stay while one looks around. */
export function KnowledgePage() {
  const [rows, setRows] = useState<DocumentRow[]>();
  const [page, setPage] = useState<Document>();
  const [drafts, setDrafts] = useState<Readonly<Record<string, string>>>({});
  const [naming, setNaming] = useState(false);
  const [problem, setProblem] = useState("");
  const failed = (why: unknown) => setProblem(sentence(why));
  const load = useCallback(() => knowledgeApi.all().then(setRows, failed), []);
  useEffect(() => void load(), [load]);
  const open = (kind: Kind, name: string) =>
    knowledgeApi.one(kind, name).then((found) => {
      setProblem("");
      setPage(found);
    }, failed);
  const published = async (one: Document) => {
    setDrafts(({ [keyOf(one)]: _gone, ...others }) => others);
    await Promise.all([load(), open(one.kind, one.name)]);
  };
  if (!rows) return problem ? <Alert type="warning" showIcon title={problem} role="alert" /> : <Spin className="no-case" aria-label="正在打开" />;
  return (
    <div className="shelf">
      <div className="shelf-side">
        <DocumentList
          label="知识"
          items={rows.map((row) => ({ id: keyOf(row), group: GROUP[row.kind], name: row.name, state: stateOf(row) }))}
          open={page && keyOf(page)}
          onOpen={(id) => {
            const row = rows.find((one) => keyOf(one) === id);
            if (row) void open(row.kind, row.name);
          }}
        />
        <Button block type="text" onClick={() => setNaming(true)}>
          新增医保政策
        </Button>
      </div>
      <div className="shelf-main">
        {problem && <Alert type="warning" showIcon title={problem} role="alert" />}
        {page ? (
          <DocumentEditor
            key={`${keyOf(page)}/${page.versions.length}`}
            page={page}
            draft={drafts[keyOf(page)] ?? page.text}
            onDraft={(text) => setDrafts((all) => ({ ...all, [keyOf(page)]: text }))}
            onPublished={() => void published(page)}
          />
        ) : (
          <p className="empty no-case">选一份来看或修改。每次发布都留下一版，随时可以对比、恢复。</p>
        )}
      </div>
      {naming && (
        <NewPolicy
          taken={rows.map((row) => row.name)}
          onCancel={() => setNaming(false)}
          onNamed={(name) => {
            setNaming(false);
            setPage({ kind: "policy", name, text: "", versions: [] });
          }}
        />
      )}
    </div>
  );
}

function NewPolicy({ taken, onNamed, onCancel }: { taken: string[]; onNamed: (name: string) => void; onCancel: () => void }) {
  const [name, setName] = useState("");
  return (
    <Modal open title="新增医保政策" okText="开始写" okButtonProps={{ disabled: !NAME.test(name) || taken.includes(name) }} onOk={() => onNamed(name)} onCancel={onCancel} width={420}>
      <Input aria-label="文件名" placeholder="例如 city-2027" value={name} onChange={(event) => setName(event.target.value)} autoFocus />
      <p className="muted">小写字母、数字和连字符。内容照已有的政策写；前一份要先写上 valid_to。</p>
    </Modal>
  );
}
