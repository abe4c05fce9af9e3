import { BarChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useId, useRef } from "react";

use([BarChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

interface Props {
  /** What the chart shows, as a sentence. */
  title: string;
  option: EChartsCoreOption;
  /** The same numbers, for who cannot see the chart. */
  rows: [string, ...(string | number)[]][];
  head: string[];
  height?: number;
}

/** A chart under a title that says the finding; its numbers as a table behind it. */
export function Chart({ title, option, rows, head, height = 240 }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const id = useId();
  useEffect(() => {
    if (!place.current) return;
    const chart = init(place.current);
    chart.setOption({ animation: false, textStyle: { fontFamily: "inherit" }, ...option });
    const watch = new ResizeObserver(() => chart.resize());
    watch.observe(place.current);
    return () => {
      watch.disconnect();
      chart.dispose();
    };
  }, [option]);
  return (
    <figure className="chart" aria-labelledby={id}>
      <figcaption id={id}>{title}</figcaption>
      <div ref={place} style={{ height }} aria-hidden="true" />
      <details>
        <summary>看数字</summary>
        <table>
          <thead>
            <tr>
              {head.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, ...numbers]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {numbers.map((number, column) => (
                  <td key={column} className="figure">
                    {number}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
