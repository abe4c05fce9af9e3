import { Select } from "antd";
import { useState } from "react";
import { mediaUrl } from "../api";
import type { FileShown, Finding } from "../cases/api";
import { exact } from "../polling";
import { likely, lesionName, number, percent } from "./data";

const pictureOf = (finding: Finding): FileShown | null => finding.files["page"] ?? finding.source;
const day = (finding: Finding) => exact(finding.created_at).split(" ")[0] ?? "";

/** Two visits: photos under one slider, videos beside each other, numbers in a line. */
export function CompareFindings({ now, earlier }: { now: Finding; earlier: Finding[] }) {
  const usable = earlier.filter((one) => pictureOf(one));
  const [chosen, setChosen] = useState(usable[0]?.id);
  const [share, setShare] = useState(50);
  const before = usable.find((one) => one.id === chosen);
  const [left, right] = [before && pictureOf(before), pictureOf(now)];
  if (!before || !left || !right) return <p className="muted">以前的文件不在了。</p>;
  const video = right.media_type.startsWith("video/");
  return (
    <section className="compare" aria-label="两次对比">
      <div className="compare-head">
        <Select
          aria-label="和哪一次比"
          value={chosen}
          onChange={setChosen}
          options={usable.map((one) => ({ value: one.id, label: day(one) }))}
        />
        <span className="muted">左：{day(before)}，右：{day(now)}（这次）</span>
      </div>
      {video ? (
        <div className="compare-videos">
          <video src={mediaUrl((before.files["video"] ?? left).media_id)} controls muted aria-label={`${day(before)}的视频`} />
          <video src={mediaUrl((now.files["video"] ?? right).media_id)} controls muted aria-label={`${day(now)}的视频`} />
        </div>
      ) : (
        <>
          <div className="compare-photos">
            <img src={mediaUrl(right.media_id)} alt={`${day(now)}的照片`} />
            <img src={mediaUrl(left.media_id)} alt={`${day(before)}的照片`} style={{ clipPath: `inset(0 ${100 - share}% 0 0)` }} />
            <i style={{ left: `${share}%` }} />
          </div>
          <input
            type="range"
            min={0}
            max={100}
            value={share}
            aria-label="两次照片的分界"
            onChange={(event) => setShare(Number(event.target.value))}
          />
        </>
      )}
      <Changes before={before} now={now} />
    </section>
  );
}

function Changes({ before, now }: { before: Finding; now: Finding }) {
  const [was, is] = [likely(before.data), likely(now.data)];
  const rows: [string, string, string][] = [];
  if (is.length)
    rows.push(["最可能", was[0] ? `${lesionName(was[0].name)} ${percent(was[0].share)}` : "—", `${lesionName(is[0]!.name)} ${percent(is[0]!.share)}`]);
  for (const [key, name] of [
    ["score", "得分"],
    ["count", "次数"],
  ] as const) {
    const [old, fresh] = [number(before.data[key]), number(now.data[key])];
    if (old !== undefined || fresh !== undefined) rows.push([name, String(old ?? "—"), String(fresh ?? "—")]);
  }
  if (!rows.length) return null;
  return (
    <table className="changes">
      <thead>
        <tr>
          <td />
          <th scope="col">以前</th>
          <th scope="col">这次</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, old, fresh]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td className="figure">{old}</td>
            <td className="figure">{fresh}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
