import { Modal, Tabs } from "antd";
import { type Me, ROLE } from "./account";
import { AccountFactor } from "./AccountFactor";
import { AccountPassword } from "./AccountPassword";
import { OwnSessions } from "./AccountSessions";

interface Props {
  me: Me;
  onClose: () => void;
  onEnded: () => void;
}

/** One's own account: password, second factor, where one is signed in. `onEnded` when every session has ended. */
export function AccountDialog({ me, onClose, onEnded }: Props) {
  const sessions = { key: "sessions", label: "登录的设备", children: <OwnSessions /> };
  const own = [
    { key: "password", label: "密码", children: <AccountPassword onChanged={onEnded} /> },
    { key: "factor", label: "动态码", children: <AccountFactor /> },
  ];
  return (
    <Modal open title={`${me.name || me.username}（${ROLE[me.role]}）`} footer={null} onCancel={onClose} destroyOnHidden>
      {me.by_provider && <p className="muted">您从医院统一认证登录，密码和动态码在那里管理。</p>}
      <Tabs items={me.by_provider ? [sessions] : [...own, sessions]} />
    </Modal>
  );
}
