import { Alert, App, Button, Dropdown, Modal, Table, Tabs, Tag, Typography } from "antd";
import { useCallback, useEffect, useState } from "react";
import { account, EVERY_DEPARTMENT, may, type Me, type OneTime, ROLE, type StaffRow } from "./account";
import { AccountEditor } from "./AccountEditor";
import { seatOf } from "./AccountSeat";
import { Sessions } from "./AccountSessions";
import { sentence } from "./http";

const day = (iso: string | null) => (iso ? new Date(iso).toLocaleString("zh-CN") : "—");

/** Everybody's accounts and sessions: managed by the security officer, read by the auditor. */
export function AccountsPage({ me }: { me: Me }) {
  const managing = may(me, "manage_staff");
  return (
    <div className="office">
      <Tabs
        items={[
          { key: "accounts", label: "账号", children: <Accounts me={me} managing={managing} /> },
          ...(managing
            ? [
                {
                  key: "sessions",
                  label: "登录中的设备",
                  children: <Sessions named load={account.allSessions} end={account.revoke} />,
                },
              ]
            : []),
        ]}
      />
    </div>
  );
}

function Accounts({ me, managing }: { me: Me; managing: boolean }) {
  const { message, modal } = App.useApp();
  const [rows, setRows] = useState<StaffRow[]>();
  const [refused, setRefused] = useState("");
  const [editing, setEditing] = useState<StaffRow | "new">();
  const [made, setMade] = useState<OneTime>();
  const [groups, setGroups] = useState<{ id: string; name: string }[]>([]);
  useEffect(() => void account.skillGroups().then(setGroups, () => undefined), []);
  const load = useCallback(() => {
    account.staff().then(setRows, (problem: unknown) => setRefused(sentence(problem)));
  }, []);
  useEffect(load, [load]);
  const act = async (action: () => Promise<OneTime | void>) => {
    try {
      const given = await action();
      if (given) setMade(given);
      load();
    } catch (problem) {
      void message.error(sentence(problem));
    }
  };
  const ask = (title: string, content: string, action: () => Promise<OneTime | void>) =>
    modal.confirm({ title, content, okText: "确定", onOk: () => act(action) });
  const menu = (row: StaffRow) => ({
    items: [
      { key: "password", label: "重置密码", onClick: () => ask("重置密码？", `${row.username} 会拿到一个一次性密码，所有登录结束。`, () => account.resetPassword(row.id)) },
      { key: "factor", label: "重置动态码", onClick: () => ask("重置动态码？", `${row.username} 下次登录要重新绑定手机。请先当面核对是本人。`, () => account.resetFactor(row.id)) },
      row.disabled_at
        ? { key: "enable", label: "启用", onClick: () => void act(() => account.enable(row.id)) }
        : { key: "disable", label: "停用", danger: true, onClick: () => ask("停用账号？", `${row.username} 不能再登录，正在进行的登录马上结束。`, () => account.disable(row.id)) },
    ],
  });
  return (
    <>
      {refused && <Alert type="error" title={refused} role="alert" />}
      {managing && (
        <Button type="primary" onClick={() => setEditing("new")}>
          新账号
        </Button>
      )}
      <Table<StaffRow>
        rowKey="id"
        size="middle"
        loading={!rows}
        dataSource={rows ?? []}
        pagination={{ pageSize: 50, hideOnSinglePage: true }}
        columns={[
          { title: "账号", dataIndex: "username" },
          { title: "姓名", dataIndex: "name" },
          { title: "岗位", dataIndex: "role", render: (role: StaffRow["role"]) => ROLE[role] },
          {
            title: "科室",
            dataIndex: "departments",
            render: (names: string[]) => (names.includes(EVERY_DEPARTMENT) ? "所有科室" : names.join("、")),
          },
          { title: "技能组", dataIndex: "skill_groups", render: (ids: string[], row) => seatOf(ids, row.seat_capacity, groups) },
          { title: "动态码", render: (_, row) => (row.by_provider ? "统一认证" : row.factor_since ? "已绑定" : "未绑定") },
          { title: "最近在用", dataIndex: "last_seen_at", render: day },
          {
            title: "状态",
            render: (_, row) =>
              row.disabled_at ? <Tag>已停用</Tag> : row.on_duty ? <Tag>在岗</Tag> : <Tag>不在岗</Tag>,
          },
          ...(managing
            ? [
                {
                  title: "操作",
                  render: (_: unknown, row: StaffRow) =>
                    row.username === me.username ? (
                      <span className="muted">自己的账号由别人管理</span>
                    ) : (
                      <>
                        <Button type="text" size="small" aria-label={`修改 ${row.username}`} onClick={() => setEditing(row)}>
                          修改
                        </Button>
                        <Dropdown menu={menu(row)} trigger={["click"]}>
                          <Button type="text" size="small" aria-label={`更多操作 ${row.username}`}>
                            更多
                          </Button>
                        </Dropdown>
                      </>
                    ),
                },
              ]
            : []),
        ]}
      />
      {editing && (
        <AccountEditor
          {...(editing === "new" ? {} : { row: editing })}
          onClose={() => setEditing(undefined)}
          onDone={(given) => {
            setEditing(undefined);
            setMade(given);
            load();
          }}
        />
      )}
      {made && (
        <Modal open title="一次性密码" footer={null} onCancel={() => setMade(undefined)}>
          <p>
            请当面交给 <strong>{made.username}</strong>，只显示这一次。登录后要绑定手机，并换成自己的密码。
          </p>
          <Typography.Title level={4} copyable={{ tooltips: false }}>
            {made.password}
          </Typography.Title>
        </Modal>
      )}
    </>
  );
}
