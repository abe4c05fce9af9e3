import { Alert, Table } from "antd";
import { useEffect, useState } from "react";
import { sentence } from "../http";
import { type RedFlag, scheduleApi } from "./api";

const URGENCY: Record<string, string> = { call_120: "拨打 120", emergency: "立即急诊" };

/** What every message is screened for, with the guideline behind it; read-only. */
export function RedFlags() {
  const [flags, setFlags] = useState<RedFlag[]>();
  const [problem, setProblem] = useState("");
  useEffect(() => {
    scheduleApi.redFlags().then(setFlags, (failed: unknown) => setProblem(sentence(failed)));
  }, []);
  if (problem) return <Alert type="warning" showIcon title={problem} role="alert" />;
  return (
    <Table
      size="small"
      rowKey="id"
      loading={!flags}
      dataSource={flags ?? []}
      pagination={false}
      columns={[
        { title: "红旗症状", dataIndex: "name" },
        { title: "紧急程度", render: (_value, flag) => URGENCY[flag.urgency] ?? flag.urgency },
        { title: "告诉患者", render: (_value, flag) => flag.advice.join("；") },
        { title: "依据", dataIndex: "source" },
      ]}
    />
  );
}
