import { Alert, Button, Segmented, Spin } from "antd";
import { useEffect, useMemo, useState } from "react";
import { KIND } from "../cases/names";
import { sentence } from "../http";
import { type Asked, csvUrl, type Figures, readFigures } from "./api";
import { Chart } from "./Chart";
import {
  alarmTitle,
  aloneTitle,
  caseTitle,
  contentTitle,
  departmentTitle,
  duration,
  followUpTitle,
  moment,
  suggestedTitle,
  TOPIC,
  topicTitle,
  trafficTitle,
  waitTitle,
} from "./titles";

// One colour for one thing, in every chart.
const COLOUR = { patient: "#3f6f9f", bot: "#9cc3b7", staff: "#c99a3c", one: "#5d8f83" };
const SCORE: Record<string, string> = { "3": "满意", "2": "一般", "1": "不满意" };
const SPANS = { "1": "今天", "7": "7 天", "30": "30 天" } as const;

const dayBefore = (days: number) => new Date(Date.now() - days * 86_400_000).toLocaleDateString("sv-SE");

/** How the house is doing: every title says what the numbers under it say. */
export function FiguresPage() {
  const [days, setDays] = useState<keyof typeof SPANS>("7");
  const asked = useMemo<Asked>(
    () => ({ first: dayBefore(Number(days) - 1), last: dayBefore(0), by: days === "1" ? "hour" : "day" }),
    [days],
  );
  const [figures, setFigures] = useState<Figures>();
  const [problem, setProblem] = useState("");
  useEffect(() => {
    let stopped = false;
    readFigures(asked).then(
      (found) => {
        if (stopped) return;
        setFigures(found);
        setProblem("");
      },
      (failed: unknown) => stopped || setProblem(sentence(failed)),
    );
    return () => {
      stopped = true;
    };
  }, [asked]);
  return (
    <div className="figures">
      <header className="figures-head">
        <h1>数据</h1>
        <Segmented<keyof typeof SPANS>
          aria-label="时间"
          value={days}
          onChange={setDays}
          options={Object.entries(SPANS).map(([value, label]) => ({ value: value as keyof typeof SPANS, label }))}
        />
        <span className="spacer" />
        <Button href={csvUrl(asked)}>导出 CSV</Button>
      </header>
      {problem && <Alert type="warning" showIcon title={problem} role="alert" />}
      {figures ? <Charts figures={figures} by={asked.by} /> : !problem && <Spin className="no-case" aria-label="正在读取" />}
    </div>
  );
}

function Charts({ figures, by }: { figures: Figures; by: "hour" | "day" }) {
  const traffic = figures.traffic.map((one) => ({ ...one, name: moment(one.at, by) }));
  return (
    <>
      <ul className="headlines">
        {[aloneTitle(figures), waitTitle(figures), alarmTitle(figures), contentTitle(figures), suggestedTitle(figures), followUpTitle(figures)].filter(Boolean).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <Chart
        title={trafficTitle(figures.traffic, by)}
        option={{
          color: [COLOUR.patient, COLOUR.bot, COLOUR.staff],
          grid: { left: 56, right: 16, top: 36, bottom: 28 },
          tooltip: { trigger: "axis" },
          legend: { top: 0, right: 0 },
          xAxis: { type: "category", data: traffic.map(({ name }) => name) },
          yAxis: { type: "value", name: "条", minInterval: 1 },
          series: [
            { type: "bar", stack: "all", name: "患者", data: traffic.map(({ patient }) => patient) },
            { type: "bar", stack: "all", name: "助手", data: traffic.map(({ bot }) => bot) },
            { type: "bar", stack: "all", name: "人工", data: traffic.map(({ staff }) => staff) },
          ],
        }}
        head={["时间", "患者（条）", "助手（条）", "人工（条）"]}
        rows={traffic.map(({ name, patient, bot, staff }) => [name, patient, bot, staff])}
      />
      <div className="chart-grid">
        <Bars title={waitTitle(figures)} unit="秒" ordered counted={waitsOf(figures)} shown={(value) => duration(value)} />
        <Bars title={caseTitle(figures)} unit="个" counted={named(figures.cases, KIND)} />
        <Bars title={departmentTitle(figures)} unit="个" counted={figures.departments} />
        <Bars title={topicTitle(figures)} unit="次" counted={named(figures.topics, TOPIC)} />
        <Bars title={contentTitle(figures)} unit="人" ordered counted={scoresOf(figures)} />
      </div>
    </>
  );
}

const named = (counted: Record<string, number>, names: Record<string, string>) =>
  Object.fromEntries(Object.entries(counted).map(([key, number]) => [names[key] ?? key, number]));

const scoresOf = ({ content }: Figures) =>
  content.answered ? Object.fromEntries(Object.entries(SCORE).reverse().map(([score, name]) => [name, content.scores[score] ?? 0])) : {};

const waitsOf = ({ waits }: Figures) =>
  Object.fromEntries(
    Object.entries(waits).flatMap(([kind, waited]) =>
      waited.median_s === null || waited.p90_s === null
        ? []
        : [
            [`${KIND[kind as keyof typeof KIND] ?? kind} 中位`, Math.round(waited.median_s)],
            [`${KIND[kind as keyof typeof KIND] ?? kind} 九成`, Math.round(waited.p90_s)],
          ],
    ),
  );

interface BarsProps {
  /** As they come, not the longest first. */
  ordered?: boolean;
  title: string;
  unit: string;
  counted: Record<string, number>;
  shown?: (value: number) => string;
}

function Bars({ title, unit, counted, shown = String, ordered = false }: BarsProps) {
  const rows = Object.entries(counted)
    .sort(([, one], [, other]) => (ordered ? 0 : other - one))
    .slice(0, 8);
  const option = useMemo(
    () => ({
      color: [COLOUR.one],
      grid: { left: 8, right: 72, top: 8, bottom: 8, containLabel: true },
      xAxis: { type: "value", show: false },
      yAxis: { type: "category", inverse: true, data: rows.map(([name]) => name), axisTick: { show: false }, axisLine: { show: false } },
      series: [
        {
          type: "bar",
          barMaxWidth: 18,
          data: rows.map(([, number]) => number),
          label: { show: true, position: "right", formatter: ({ value }: { value: number }) => (shown === String ? `${value} ${unit}` : shown(value)) },
        },
      ],
    }),
    // The rows are made anew at every turn; their numbers say whether anything changed.
    [JSON.stringify(rows), unit, shown],
  );
  if (!rows.length)
    return (
      <figure className="chart">
        <figcaption>{title}</figcaption>
      </figure>
    );
  return <Chart title={title} height={Math.max(80, 34 * rows.length)} option={option} head={["", unit]} rows={rows.map(([name, number]) => [name, shown(number)])} />;
}
