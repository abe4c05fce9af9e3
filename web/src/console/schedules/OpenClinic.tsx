import { Alert, Form, Input, InputNumber, Modal, Select } from "antd";
import { useEffect, useState } from "react";
import { sentence } from "../http";
import { type Doctor, type Opening, scheduleApi } from "./api";
import { PART } from "./names";

interface Props {
  day: string;
  department: string;
  onClose: () => void;
  onOpened: (opening: Opening, slots: number) => void;
}

/** A new clinic: whose, when, for how many, where. What is refused stays to be corrected. */
export function OpenClinic({ day, department, onClose, onOpened }: Props) {
  const [form] = Form.useForm<Opening>();
  const [doctors, setDoctors] = useState<Doctor[]>([]);
  const [refused, setRefused] = useState("");
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    scheduleApi.doctors().then(setDoctors, (failed: unknown) => setRefused(sentence(failed)));
  }, []);
  const chosen = Form.useWatch("doctor_id", form);
  const usual = doctors.find(({ id }) => id === chosen)?.place;
  const submit = async () => {
    const opening = await form.validateFields();
    setBusy(true);
    try {
      const { slots } = await scheduleApi.open(opening);
      onOpened(opening, slots);
    } catch (failed) {
      setRefused(sentence(failed));
      setBusy(false);
    }
  };
  const ok = () => void submit().catch(() => undefined);
  return (
    <Modal open title="新开门诊" okText="开诊" confirmLoading={busy} onOk={ok} onCancel={onClose} width={440}>
      {refused && <Alert type="error" title={refused} role="alert" />}
      <Form form={form} layout="vertical" requiredMark={false} initialValues={{ day, part_of_day: "morning", places: 20, place: "" }} onFinish={ok}>
        <Form.Item label="医生" name="doctor_id" rules={[{ required: true, message: "请选医生" }]}>
          <Select
            showSearch
            optionFilterProp="label"
            placeholder="姓名或科室"
            options={doctors
              .filter((one) => !department || one.department === department)
              .map((one) => ({ value: one.id, label: `${one.department} ${one.name} ${one.title}` }))}
          />
        </Form.Item>
        <Form.Item label="日期" name="day" rules={[{ required: true, message: "请选日期" }]}>
          <Input type="date" />
        </Form.Item>
        <Form.Item label="时段" name="part_of_day" rules={[{ required: true }]}>
          <Select options={Object.entries(PART).map(([value, label]) => ({ value, label }))} />
        </Form.Item>
        <Form.Item label="号源（个）" name="places" rules={[{ required: true, message: "请填号源" }]}>
          <InputNumber min={1} max={200} precision={0} />
        </Form.Item>
        <Form.Item label="地点" name="place">
          <Input maxLength={128} placeholder={usual ? `不填就在 ${usual}` : "不填就在医生平时的诊室"} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
