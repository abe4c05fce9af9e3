import { Table, Tag } from "antd";
import { type MouseEvent, useRef, useState } from "react";
import { mediaUrl } from "../api";
import type { Finding } from "../cases/api";
import { exerciseName, FORM, list, number, record, repetitions, string, words } from "./data";

const SIDE: Record<string, string> = { left: "左侧", right: "右侧" };

// Where the engine's chart has its time axis: 40 pixels from the left, 10 from the right, of 720.
const AXIS = { left: 40 / 720, right: 1 - 10 / 720 };

/** Share of the chart's width at which the playhead stands. */
export const playhead = (at: number, length: number) => AXIS.left + (AXIS.right - AXIS.left) * (length > 0 ? Math.min(1, at / length) : 0);

/** Seconds of the clip at a share of the chart's width. */
export const secondsAt = (share: number, length: number) =>
  Math.min(length, Math.max(0, ((share - AXIS.left) / (AXIS.right - AXIS.left)) * length));

/** The video with the angle's chart under it, the playhead in both; repetitions to jump to. */
export function RehabView({ finding }: { finding: Finding }) {
  const video = useRef<HTMLVideoElement>(null);
  const [at, setAt] = useState(0);
  const [length, setLength] = useState(0);
  const file = finding.files["video"] ?? finding.source;
  const chart = finding.files["chart"];
  const data = finding.data;
  const turns = repetitions(data);
  const faults = list(data["faults"]);
  const names = new Map(faults.map((one) => [string(one["id"]), string(one["title"])]));
  const asked = record(data["asked"]);
  // A clip that is written in pieces tells its length only when it has come whole.
  const measure = () => {
    const told = video.current?.duration ?? 0;
    setLength(Number.isFinite(told) ? told : 0);
  };
  const seek = (seconds: number) => {
    if (video.current) video.current.currentTime = seconds;
    setAt(seconds);
  };
  const follow = () => {
    if (!video.current) return;
    measure();
    setAt(video.current.currentTime);
    if (!video.current.paused) requestAnimationFrame(follow);
  };
  const clicked = (event: MouseEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    seek(secondsAt((event.clientX - box.left) / box.width, length));
  };
  return (
    <div className="rehab-view">
      <div>
        {file ? (
          <video
            ref={video}
            src={mediaUrl(file.media_id)}
            controls
            muted
            aria-label={`${exerciseName(string(data["exercise"]))}的视频，画有骨架`}
            onDurationChange={measure}
            onLoadedMetadata={measure}
            onPlay={follow}
            onTimeUpdate={follow}
            onSeeked={follow}
          />
        ) : (
          <p className="muted">视频不在了。</p>
        )}
        {chart && (
          <div className="angle-chart" onClick={clicked}>
            <img src={mediaUrl(chart.media_id)} alt="关节角度随时间的变化，点击可跳到那一刻" draggable={false} />
            {length > 0 && <i className="playhead" style={{ left: `${playhead(at, length) * 100}%` }} />}
          </div>
        )}
      </div>
      <div className="rehab-facts">
        <p>
          <strong>{exerciseName(string(data["exercise"]))}</strong>{" "}
          <Tag className={data["form"] === "correct" ? "agrees" : data["form"] === "incorrect" ? "differs" : ""}>
            {FORM[string(data["form"])] ?? string(data["form"])}
          </Tag>
        </p>
        <dl>
          {SIDE[string(data["side"])] && (
            <>
              <dt>评的一侧</dt>
              <dd>{SIDE[string(data["side"])]}</dd>
            </>
          )}
          <dt>次数</dt>
          <dd>
            {number(data["count"]) ?? "—"}
            {number(asked["repetitions"]) !== undefined && <span className="muted"> / 要求 {number(asked["repetitions"])}</span>}
          </dd>
          <dt>得分</dt>
          <dd>{number(data["score"]) ?? "—"}</dd>
          <dt>问题</dt>
          <dd>{faults.map((one) => string(one["title"])).join("、") || "没有看到"}</dd>
          {words(data["unseen"]).length > 0 && (
            <>
              <dt>看不到</dt>
              <dd>这个角度看不到 {words(data["unseen"]).length} 项</dd>
            </>
          )}
        </dl>
        {turns.length > 0 && (
          <Table
            size="small"
            pagination={false}
            rowKey="start"
            dataSource={turns}
            scroll={{ y: 220 }}
            onRow={(turn) => ({ onClick: () => seek(turn.start), className: at >= turn.start && at < turn.end ? "now" : "" })}
            columns={[
              { title: "次", align: "right", width: 44, render: (_value, _turn, index) => index + 1 },
              {
                title: "开始",
                align: "right",
                render: (_value, turn) => (
                  <button type="button" className="link" onClick={() => seek(turn.start)}>
                    {turn.start.toFixed(1)} s
                  </button>
                ),
              },
              { title: "幅度", align: "right", render: (_value, turn) => (turn.range === undefined ? "—" : `${turn.range.toFixed(0)}°`) },
              { title: "用时", align: "right", render: (_value, turn) => (turn.tempo === undefined ? "—" : `${turn.tempo.toFixed(1)} s`) },
              { title: "问题", render: (_value, turn) => turn.faults.map((id) => names.get(id) ?? id).join("、") },
            ]}
          />
        )}
      </div>
    </div>
  );
}
