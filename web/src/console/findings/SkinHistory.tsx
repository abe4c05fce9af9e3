import { mediaUrl } from "../api";
import type { Finding } from "../cases/api";
import { number, record, RISK, string } from "./data";

const ASKED: Record<string, string> = {
  grew: "长大",
  changed: "颜色或样子变了",
  bleed: "出血或破溃",
  itch: "痒",
  hurt: "疼",
  elevation: "高出皮肤",
};
const SITE: Record<string, string> = {
  face: "脸",
  scalp: "头皮",
  nose: "鼻",
  lip: "唇",
  ear: "耳",
  neck: "颈",
  chest: "胸",
  abdomen: "腹",
  back: "背",
  arm: "上臂",
  forearm: "前臂",
  hand: "手",
  thigh: "腿",
  foot: "足",
};

/** What the patient answered, what the photo alone said before it, and what changed since an earlier photo. */
export function SkinHistory({ finding }: { finding: Finding }) {
  const told = [...history(record(finding.data["history"])), ...reported(record(finding.data["patient_reported"]))];
  const first = string(record(finding.data["first_reading"])["risk"]);
  const now = string(finding.data["read_risk"]) || string(finding.data["risk"]);
  const change = record(record(finding.data["compared"])["change"]);
  const area = number(change["area_percent"]);
  const both = (finding.files as { side_by_side?: { media_id: string } }).side_by_side;
  if (told.length === 0 && !first && !both) return null;
  return (
    <section className="skin-facts" aria-label="患者自述和对比">
      {told.length > 0 && <p>患者自述：{told.join("，")}</p>}
      {first && (
        <p className="muted">
          只看照片：{RISK[first] ?? first}；加上自述：{RISK[now] ?? now}
        </p>
      )}
      {area !== undefined && (
        <p>
          与上次照片比：面积 {area > 0 ? "+" : ""}
          {area.toFixed(0)}%（±{(number(change["area_uncertainty"]) ?? 0).toFixed(0)}%），色差 ΔE{" "}
          {(number(change["delta_e"]) ?? 0).toFixed(1)}
        </p>
      )}
      {both && <img className="side-by-side" src={mediaUrl(both.media_id)} alt="上次和这次的照片并排" />}
    </section>
  );
}

function history(told: Record<string, unknown>): string[] {
  const age = number(told["age_years"]);
  const site = string(told["site"]);
  return [
    ...(age === undefined ? [] : [`${age} 岁`]),
    ...(site ? [`部位：${SITE[site] ?? site}`] : []),
    ...Object.entries(ASKED).flatMap(([name, words]) =>
      typeof told[name] === "boolean" ? [`${words}：${told[name] ? "有" : "无"}`] : [],
    ),
  ];
}

function reported(told: Record<string, unknown>): string[] {
  const palms = number(told["palms"]);
  const itch = number(told["itch_0_10"]);
  return [
    ...(palms === undefined ? [] : [`面积约 ${palms} 个手掌`]),
    ...(itch === undefined ? [] : [`瘙痒 ${itch}/10`]),
  ];
}
