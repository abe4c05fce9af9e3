import { Alert, Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import { account, type OneTime, type Role, ROLE, type StaffRow } from "./account";
import { Departments } from "./AccountDepartments";
import { SeatFields } from "./AccountSeat";
import { sentence } from "./http";

interface Values {
  username: string;
  name: string;
  role: Role;
  departments?: string[];
  skill_groups?: string[];
  seat_capacity?: number | null;
}

interface Props {
  /** Whose account; nobody's for a new one. */
  row?: StaffRow;
  onClose: () => void;
  onDone: (made?: OneTime) => void;
}

const ROLES = Object.entries(ROLE).map(([value, label]) => ({ value, label }));
const SEES_PATIENTS: Role[] = ["clinician", "nurse"];
const AT_SEATS: Role[] = [...SEES_PATIENTS, "agent"];

/** A new account, or another name, role, other departments or another seat for one. */
export function AccountEditor({ row, onClose, onDone }: Props) {
  const [form] = Form.useForm<Values>();
  const role = Form.useWatch("role", form) ?? row?.role;
  const [refused, setRefused] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    const { username, name = "", departments = [], skill_groups = [], seat_capacity, ...rest } = await form.validateFields();
    setBusy(true);
    try {
      // 0 is as many as the house says.
      const wanted = { name, departments, skill_groups, seat_capacity: seat_capacity ?? 0, ...rest };
      if (!row) return onDone(await account.addStaff({ username, ...wanted }));
      await account.changeStaff(row.id, wanted);
      onDone();
    } catch (problem) {
      setRefused(sentence(problem));
      setBusy(false);
    }
  };
  const ok = () => void submit().catch(() => undefined);
  return (
    <Modal
      open
      title={row ? `修改 ${row.username}` : "新账号"}
      okText={row ? "保存" : "建账号"}
      confirmLoading={busy}
      onOk={ok}
      onCancel={onClose}
    >
      {refused && <Alert type="error" title={refused} role="alert" />}
      <Form form={form} layout="vertical" requiredMark={false} initialValues={row ?? { role: "clinician" }} onFinish={ok}>
        {!row && (
          <Form.Item
            label="账号"
            name="username"
            rules={[
              { required: true, message: "请输入账号" },
              { pattern: /^[a-z0-9][a-z0-9._-]{1,63}$/, message: "小写字母、数字、点和横线，2 到 64 位" },
            ]}
          >
            <Input autoFocus autoComplete="off" />
          </Form.Item>
        )}
        <Form.Item label="姓名" name="name" rules={[{ max: 64 }]}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item label="岗位" name="role" rules={[{ required: true }]}>
          <Select options={ROLES} />
        </Form.Item>
        {role && SEES_PATIENTS.includes(role) && (
          <Form.Item label="科室" name="departments" rules={[{ required: true, message: "请选至少一个科室" }]}>
            <Departments />
          </Form.Item>
        )}
        {role && AT_SEATS.includes(role) && <SeatFields />}
      </Form>
      {row && <p className="hint">换岗位或科室后，这个人要重新登录。</p>}
    </Modal>
  );
}
