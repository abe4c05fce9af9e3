import { Alert, App, Button, Input, Popconfirm, Segmented, Table } from "antd";
import { useCallback, useEffect, useState } from "react";
import type { Canned, Kind } from "../cases/api";
import { KIND } from "../cases/names";
import { sentence } from "../http";
import "../versions/versions.css";
import { cannedApi } from "./api";
import { CannedEditor } from "./CannedEditor";

/** The replies that are sent with one press: the house's own to read, the staff's to write. */
export function CannedPage() {
  const { message } = App.useApp();
  const [rows, setRows] = useState<Canned[]>();
  const [words, setWords] = useState("");
  const [dropped, setDropped] = useState(false);
  const [editing, setEditing] = useState<Canned | "new">();
  const [problem, setProblem] = useState("");
  const load = useCallback(
    () =>
      (dropped ? cannedApi.dropped() : cannedApi.all()).then(
        (found) => {
          setRows(found);
          setProblem("");
        },
        (failed: unknown) => setProblem(sentence(failed)),
      ),
    [dropped],
  );
  useEffect(() => void load(), [load]);
  const drop = async (id: string) => {
    try {
      await cannedApi.drop(id);
    } catch (failed) {
      void message.error(sentence(failed));
    }
    await load();
  };
  const found = (rows ?? []).filter((row) => words.split(/\s+/).every((word) => `${row.title}${row.text}`.includes(word)));
  return (
    <div className="figures">
      <header className="figures-head">
        <h1>常用回复</h1>
        <Input allowClear aria-label="搜索常用回复" placeholder="搜索" value={words} onChange={(event) => setWords(event.target.value)} style={{ width: 240 }} />
        <Segmented
          aria-label="哪些常用回复"
          value={dropped ? "dropped" : "used"}
          onChange={(wanted) => {
            setRows(undefined);
            setDropped(wanted === "dropped");
          }}
          options={[
            { value: "used", label: "在用" },
            { value: "dropped", label: "已删除" },
          ]}
        />
        <span className="spacer" />
        <Button type="primary" onClick={() => setEditing("new")}>
          新的常用回复
        </Button>
      </header>
      {problem && <Alert type="warning" showIcon title={problem} role="alert" />}
      <Table
        size="small"
        rowKey="id"
        loading={!rows}
        dataSource={found}
        pagination={{ pageSize: 50, hideOnSinglePage: true }}
        locale={{ emptyText: dropped ? "没有删除过的常用回复。" : "没有这样的常用回复。" }}
        columns={[
          { title: "标题", dataIndex: "title", width: 180 },
          { title: "用于", width: 120, render: (_value, row) => KIND[row.kind as Kind] ?? "所有病例" },
          { title: "回复", dataIndex: "text" },
          {
            title: "操作",
            width: 150,
            render: (_value, row) =>
              dropped ? (
                <Button size="small" type="text" aria-label={`恢复 ${row.title}`} onClick={() => setEditing(row)}>
                  恢复
                </Button>
              ) : row.own ? (
                <>
                  <Button size="small" type="text" aria-label={`修改 ${row.title}`} onClick={() => setEditing(row)}>
                    修改
                  </Button>
                  <Popconfirm title={`删除“${row.title}”？`} okText="删除" cancelText="不删" onConfirm={() => drop(row.id)}>
                    <Button size="small" type="text" aria-label={`删除 ${row.title}`}>
                      删除
                    </Button>
                  </Popconfirm>
                </>
              ) : (
                <span className="muted">系统自带</span>
              ),
          },
        ]}
      />
      {editing && (
        <CannedEditor
          row={editing === "new" ? undefined : editing}
          onClose={() => setEditing(undefined)}
          onSaved={() => {
            setEditing(undefined);
            void load();
          }}
        />
      )}
    </div>
  );
}
