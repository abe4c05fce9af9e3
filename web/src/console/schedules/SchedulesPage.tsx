import { Alert, App, Button, Input, Popconfirm, Select, Table, Tabs, Tag } from "antd";
import { useCallback, useEffect, useMemo, useState } from "react";
import { type Me, may } from "../account";
import { sentence } from "../http";
import { type Booking, type Clinic, scheduleApi, type Stop } from "./api";
import { PART } from "./names";
import { OpenClinic } from "./OpenClinic";

const STATE: Record<string, string> = { booked: "已约", cancelled: "已取消", stopped: "已停诊", done: "已就诊" };

const today = () => new Date().toLocaleDateString("sv-SE");
const time = (iso: string) => new Date(iso).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" });

/** The day's clinics and bookings; who may, opens a clinic, or stops one and has its patients told. */
export function SchedulesPage({ me }: { me: Me }) {
  const { message } = App.useApp();
  const [day, setDay] = useState(today);
  const [department, setDepartment] = useState("");
  const [clinics, setClinics] = useState<Clinic[]>();
  const [bookings, setBookings] = useState<Booking[]>();
  const [problem, setProblem] = useState("");
  const [opening, setOpening] = useState(false);
  const books = may(me, "read_bookings");
  const load = useCallback(async () => {
    try {
      setClinics(await scheduleApi.clinics(day));
      if (books) setBookings(await scheduleApi.bookings(day));
      setProblem("");
    } catch (failed) {
      setProblem(sentence(failed));
    }
  }, [day, books]);
  useEffect(() => void load(), [load]);
  const departments = useMemo(() => [...new Set((clinics ?? []).map((one) => one.department))], [clinics]);
  const ours = <T extends { department: string }>(rows: T[] | undefined) => (rows ?? []).filter((row) => !department || row.department === department);
  const stop = async (wanted: Stop) => {
    try {
      const { appointments, told } = await scheduleApi.stop(wanted);
      void message.success(appointments ? `已停诊，退掉 ${appointments} 个预约，已通知 ${told} 位患者` : "已停诊，没有预约受影响");
    } catch (failed) {
      void message.error(sentence(failed));
    }
    await load();
  };
  const cancel = async (id: string) => {
    try {
      await scheduleApi.cancel(id);
      void message.success("已取消，患者已收到通知");
    } catch (failed) {
      void message.error(sentence(failed));
    }
    await load();
  };
  return (
    <div className="figures">
      <header className="figures-head">
        <h1>门诊</h1>
        <Input type="date" aria-label="日期" value={day} onChange={(event) => setDay(event.target.value || today())} style={{ width: 160 }} />
        <Select
          aria-label="科室"
          value={department}
          onChange={setDepartment}
          style={{ width: 180 }}
          options={[{ value: "", label: "全部科室" }, ...departments.map((name) => ({ value: name, label: name }))]}
        />
        <span className="spacer" />
        {may(me, "edit_schedules") && <Button onClick={() => setOpening(true)}>新开门诊</Button>}
        {may(me, "edit_schedules") && (
          <Popconfirm title={`${day} 全院停诊？`} description="已约的患者会马上收到通知。" okText="停诊" onConfirm={() => stop({ day })}>
            <Button danger>全院停诊</Button>
          </Popconfirm>
        )}
      </header>
      {problem && <Alert type="warning" showIcon title={problem} role="alert" />}
      {opening && (
        <OpenClinic
          day={day}
          department={department}
          onClose={() => setOpening(false)}
          onOpened={(opened, slots) => {
            setOpening(false);
            void message.success(`已开诊：${opened.places} 个号，${slots} 个时段，患者现在就能约`);
            if (opened.day === day) void load();
            else setDay(opened.day);
          }}
        />
      )}
      <Tabs
        items={[
          { key: "clinics", label: "排班", children: <Clinics rows={ours(clinics)} editable={may(me, "edit_schedules")} day={day} onStop={stop} /> },
          ...(books ? [{ key: "bookings", label: `预约 ${ours(bookings).length}`, children: <Bookings rows={ours(bookings)} onCancel={may(me, "manage_bookings") ? cancel : undefined} /> }] : []),
        ]}
      />
    </div>
  );
}

function Clinics({ rows, editable, day, onStop }: { rows: Clinic[]; editable: boolean; day: string; onStop: (stop: Stop) => Promise<void> }) {
  return (
    <Table
      size="small"
      rowKey={(row) => `${row.doctor_id}${row.part_of_day}`}
      dataSource={rows}
      pagination={{ pageSize: 50, hideOnSinglePage: true }}
      locale={{ emptyText: "这一天没有排班：节假日、已过去很久，或还没有排到。" }}
      columns={[
        { title: "科室", dataIndex: "department" },
        { title: "医生", render: (_value, row) => `${row.doctor} ${row.doctor_title}` },
        { title: "时间", render: (_value, row) => `${PART[row.part_of_day]} ${time(row.starts_at)}–${time(row.ends_at)}` },
        { title: "已约 / 号源", align: "right", render: (_value, row) => `${row.taken} / ${row.capacity}` },
        {
          title: "",
          align: "right",
          render: (_value, row) =>
            row.stopped ? (
              <Tag>已停诊</Tag>
            ) : (
              editable && (
                <Popconfirm
                  title={`停掉 ${row.doctor} ${PART[row.part_of_day]}的门诊？`}
                  description={row.taken ? `${row.taken} 位患者会马上收到通知。` : "没有人预约。"}
                  okText="停诊"
                  onConfirm={() => onStop({ day, doctor_id: row.doctor_id, part_of_day: row.part_of_day })}
                >
                  <Button size="small" aria-label={`停诊 ${row.doctor} ${PART[row.part_of_day]}`}>
                    停诊
                  </Button>
                </Popconfirm>
              )
            ),
        },
      ]}
    />
  );
}

function Bookings({ rows, onCancel }: { rows: Booking[]; onCancel: ((id: string) => Promise<void>) | undefined }) {
  return (
    <Table
      size="small"
      rowKey="id"
      dataSource={rows}
      pagination={{ pageSize: 50, hideOnSinglePage: true }}
      locale={{ emptyText: "这一天还没有预约。患者在微信或网页上挂号，就会出现在这里。" }}
      columns={[
        { title: "时间", render: (_value, row) => time(row.starts_at) },
        { title: "科室", dataIndex: "department" },
        { title: "医生", dataIndex: "doctor" },
        { title: "患者", dataIndex: "patient" },
        { title: "状态", render: (_value, row) => STATE[row.state] ?? row.state },
        {
          title: "",
          align: "right",
          render: (_value, row) =>
            onCancel &&
            row.state === "booked" && (
              <Popconfirm title={`取消 ${row.patient} ${time(row.starts_at)} 的预约？`} description="患者会马上收到通知。" okText="取消预约" cancelText="不取消" onConfirm={() => onCancel(row.id)}>
                <Button size="small">取消预约</Button>
              </Popconfirm>
            ),
        },
      ]}
    />
  );
}
