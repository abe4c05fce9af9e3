import { Alert, Badge, Button, Segmented, Select, Spin } from "antd";
import { useEffect, useRef } from "react";
import { counting, useNow } from "../desk/clock";
import { exact } from "../polling";
import type { CaseFilter, CaseRow, Counts, Kind, Level } from "./api";
import { KIND, LEVEL, OUTCOME, whoName } from "./names";
import type { Shown } from "./queue";

interface Props {
  shown: Shown;
  counts: Counts | undefined;
  loaded: boolean;
  problem: string;
  filter: CaseFilter;
  onFilter: (filter: CaseFilter) => void;
  open: string | undefined;
  onOpen: (id: string) => void;
  onFresh: () => void;
  onMore: () => void;
  me: string;
}

const EMPTY = {
  open: "没有等待的病例。患者发来高风险的照片、报告、训练视频、随访回答不好，或者要求人工、出现急症时，会出现在这里。",
  mine: "您还没有领取病例。在“待办”里选一个，按 C 领取。",
  closed: "还没有结束的病例。",
} as const;

/** The queue: what is most urgent first. Nothing moves by itself; what is new is counted until it is asked for. */
export function CaseQueue(props: Props) {
  const { shown, counts, filter, onFilter, loaded } = props;
  const all = (numbers: Partial<Record<string, number>> | undefined) =>
    Object.values(numbers ?? {}).reduce<number>((sum, number) => sum + (number ?? 0), 0);
  return (
    <nav aria-label="病例" className="case-queue">
      <div className="queue-filters">
        <Segmented<CaseFilter["view"]>
          block
          aria-label="看哪些病例"
          value={filter.view}
          onChange={(view) => onFilter({ ...filter, view })}
          options={[
            { value: "open", label: `待办 ${counts ? all(counts.kinds) : ""}` },
            { value: "mine", label: `我的 ${counts?.mine ?? ""}` },
            { value: "closed", label: "已结束" },
          ]}
        />
        <div className="queue-selects">
          <Select<Kind | "">
            aria-label="种类"
            value={filter.kind}
            onChange={(kind) => onFilter({ ...filter, kind })}
            options={[
              { value: "", label: "全部种类" },
              ...(Object.keys(KIND) as Kind[]).map((kind) => ({ value: kind, label: `${KIND[kind]} ${counts?.kinds[kind] ?? 0}` })),
            ]}
          />
          <Select<Level | "">
            aria-label="紧急程度"
            value={filter.level}
            onChange={(level) => onFilter({ ...filter, level })}
            options={[
              { value: "", label: "全部紧急程度" },
              ...(Object.keys(LEVEL) as Level[]).map((level) => ({
                value: level,
                label: `${LEVEL[level]} ${counts?.levels[level] ?? 0}`,
              })),
            ]}
          />
        </div>
      </div>
      <div className="queue-place">
      {shown.fresh > 0 && (
        <Button className="queue-fresh" type="primary" ghost block onClick={props.onFresh}>
          <Badge count={shown.fresh} size="small" color="#1f6f5c" /> 个新病例，按 N 显示
        </Button>
      )}
      </div>
      <div className="queue-rows">
        {props.problem && (
          <Alert
            type="warning"
            banner
            role="alert"
            title={props.problem}
            action={
              <Button size="small" onClick={props.onFresh}>
                重试
              </Button>
            }
          />
        )}
        {!loaded && !props.problem && <Spin className="queue-spin" aria-label="正在读取" />}
        {loaded && !shown.rows.length && <p className="empty">{EMPTY[filter.view]}</p>}
        <ul>
          {shown.rows.map((row) => (
            <Row key={row.id} row={row} open={row.id === props.open} onOpen={props.onOpen} me={props.me} />
          ))}
        </ul>
        {shown.next && (
          <Button type="text" block onClick={props.onMore}>
            再显示一些
          </Button>
        )}
      </div>
    </nav>
  );
}

function Row({ row, open, onOpen, me }: { row: CaseRow; open: boolean; onOpen: (id: string) => void; me: string }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (open) button.current?.scrollIntoView({ block: "nearest" });
  }, [open]);
  const others = row.claimed_by !== null && row.claimed_by !== me;
  return (
    <li>
      <button
        ref={button}
        type="button"
        aria-current={open}
        className={`case-row ${row.level} ${row.state === "closed" || others ? "dimmed" : ""}`}
        onClick={() => onOpen(row.id)}
      >
        <span className="row-head">
          <span className="row-kind">{KIND[row.kind]}</span>
          <span className="row-who">{whoName(row.who)}</span>
          <Waiting row={row} />
        </span>
        <span className="row-words">{row.complaint || "（没有文字）"}</span>
        <span className="row-foot">
          <span className={`level ${row.level}`}>{LEVEL[row.level]}</span>
          {row.department && <span>{row.department}</span>}
          {row.state === "closed" ? (
            <span>{OUTCOME[row.outcome ?? ""] ?? "已结束"}</span>
          ) : (
            row.claimed_by && <span>{others ? `${row.claimed_by} 处理中` : "我在处理"}</span>
          )}
        </span>
      </button>
    </li>
  );
}

function Waiting({ row }: { row: CaseRow }) {
  const now = useNow();
  if (row.state === "closed") return <time title={exact(row.closed_at)}>{exact(row.closed_at).slice(5, -3)}</time>;
  const late = row.claimed_by === null && now > Date.parse(row.due_at);
  return (
    <time className={late ? "late" : ""} title={`${exact(row.opened_at)} 建立，应在 ${exact(row.due_at)} 前有人处理`}>
      {counting(row.opened_at, now)}
    </time>
  );
}
