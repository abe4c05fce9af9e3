import { Alert, Button, Form, Input, Select, Space, Table } from "antd";
import { useCallback, useEffect, useState } from "react";
import { audit, type EntryRow, type Verified, type Wanted } from "./audit";
import { sentence } from "./http";

const OUTCOME: Record<string, string> = { done: "完成", refused: "被拒绝", failed: "失败" };

/** The audit trail, read and verified; nothing here changes it, but that looking is recorded. */
export function AuditPage() {
  const [form] = Form.useForm<Wanted>();
  const [rows, setRows] = useState<EntryRow[]>([]);
  const [wanted, setWanted] = useState<Wanted>({});
  const [more, setMore] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState("");
  const load = useCallback(async (asked: Wanted, before?: number) => {
    setBusy(true);
    setRefused("");
    try {
      const found = await audit.entries({ ...asked, ...(before ? { before } : {}) });
      setRows((known) => (before ? [...known, ...found] : found));
      setMore(found.length === 200);
    } catch (problem) {
      setRefused(sentence(problem));
    }
    setBusy(false);
  }, []);
  useEffect(() => void load(wanted), [load, wanted]);
  return (
    <div className="office">
      <Verification />
      {refused && <Alert type="error" title={refused} role="alert" />}
      <Form form={form} layout="inline" onFinish={setWanted}>
        <Form.Item label="谁做的" name="actor">
          <Input allowClear placeholder="账号" />
        </Form.Item>
        <Form.Item label="关于哪位患者" name="patient">
          <Input allowClear placeholder="患者编号" />
        </Form.Item>
        <Form.Item label="做了什么" name="action">
          <Input allowClear placeholder="如 reveal" />
        </Form.Item>
        <Form.Item label="结果" name="outcome">
          <Select
            allowClear
            style={{ width: 110 }}
            options={Object.entries(OUTCOME).map(([value, label]) => ({ value, label }))}
          />
        </Form.Item>
        <Button type="primary" htmlType="submit">
          查看
        </Button>
      </Form>
      <Table<EntryRow>
        rowKey="seq"
        size="small"
        loading={busy}
        dataSource={rows}
        pagination={false}
        columns={[
          { title: "行", dataIndex: "seq", align: "right" },
          { title: "时间", dataIndex: "at", render: (at: string) => new Date(at).toLocaleString("zh-CN") },
          { title: "谁", render: (_, row) => `${row.actor || "？"}（${row.actor_kind}）` },
          { title: "从哪里", dataIndex: "address" },
          { title: "做了什么", dataIndex: "action" },
          { title: "对什么", dataIndex: "subject" },
          { title: "患者", dataIndex: "patient" },
          { title: "结果", dataIndex: "outcome", render: (outcome: string) => OUTCOME[outcome] ?? outcome },
          { title: "原因", dataIndex: "reason" },
          {
            title: "细节",
            dataIndex: "details",
            render: (details: Record<string, unknown>) => {
              const shown = Object.entries(details).map(([name, value]) => `${name}=${String(value)}`);
              return <span className="muted">{shown.join(" ")}</span>;
            },
          },
        ]}
      />
      {more && (
        <Button loading={busy} onClick={() => void load(wanted, rows.at(-1)?.seq)}>
          更早的
        </Button>
      )}
    </div>
  );
}

function Verification() {
  const [done, setDone] = useState<Verified>();
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState("");
  const verify = async () => {
    setBusy(true);
    setRefused("");
    try {
      setDone(await audit.verify());
    } catch (problem) {
      setRefused(sentence(problem));
    }
    setBusy(false);
  };
  return (
    <Space orientation="vertical" className="verification">
      <Button loading={busy} onClick={() => void verify()}>
        核对整条审计链
      </Button>
      {refused && <Alert type="error" title={refused} role="alert" />}
      {done && (
        <Alert
          type={done.sound ? "success" : "error"}
          role="status"
          title={`${done.sound ? "完好" : "不可信"}：核对了 ${done.rows} 行（第 ${done.first} 到 ${done.last} 行），${done.checkpoints} 个检查点`}
          description={
            <>
              {done.problems.map((problem) => (
                <div key={problem}>{problem}</div>
              ))}
              {done.findings.map(({ seq, what }) => (
                <div key={`${seq} ${what}`}>
                  第 {seq} 行：{what}
                </div>
              ))}
              {done.more_findings > 0 && <div>……另有 {done.more_findings} 处</div>}
              {done.checkpoints === 0 && <div>没有检查点：末尾被截断、整条链被改写都看不出来</div>}
            </>
          }
        />
      )}
    </Space>
  );
}
