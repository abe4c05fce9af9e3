import { Input, Modal, Radio } from "antd";
import { useState } from "react";

interface Props {
  groups: { id: string; name: string; on_duty: number }[];
  onTransfer: (to: string, note: string) => void;
  onCancel: () => void;
}

/** To which group, and what the colleague should know. */
export function TransferDialog({ groups, onTransfer, onCancel }: Props) {
  const [to, setTo] = useState("");
  const [note, setNote] = useState("");
  return (
    <Modal open title="转给其他组" okText="转出" okButtonProps={{ disabled: !to }} onOk={() => onTransfer(to, note.trim())} onCancel={onCancel} width={400}>
      <Radio.Group
        aria-label="组"
        className="choices"
        value={to}
        onChange={(event) => setTo(event.target.value as string)}
        options={groups.map(({ id, name, on_duty }) => ({ value: id, label: `${name}（${on_duty ? `${on_duty} 人在岗` : "没有人在岗"}）` }))}
      />
      <Input.TextArea
        aria-label="给同事的话"
        placeholder="给同事的话（患者看不到）"
        value={note}
        onChange={(event) => setNote(event.target.value)}
        maxLength={500}
        autoSize={{ minRows: 2 }}
      />
    </Modal>
  );
}
