import type { TrendLine } from "../protocol";

// Of the drawing, not of the screen: it is as wide as its card.
const WIDTH = 300;
const HEIGHT = 110;
const SIDE = 34;
const TOP = 20;
const BOTTOM = 24;

/** One item over time: a line with its values, the range as a band behind it. */
export function TrendChart({ trend }: { trend: TrendLine }) {
  const values = trend.points.map((point) => point.value);
  const limits = [trend.low, trend.high].filter((limit) => limit !== null);
  const least = Math.min(...values, ...limits);
  const most = Math.max(...values, ...limits);
  const margin = (most - least || Math.abs(most) || 1) * 0.12;
  const at = scale(least - margin, most + margin);
  const times = trend.points.map((point) => Date.parse(point.day));
  const first = Math.min(...times);
  const span = Math.max(...times) - first || 1;
  const places = trend.points.map((point, index) => ({
    ...point,
    x: SIDE + (((times[index] ?? first) - first) / span) * (WIDTH - 2 * SIDE),
    y: at(point.value),
  }));
  const said = places.map((place) => `${place.day} ${place.value}${trend.unit}`).join("，");
  const top = at(trend.high ?? most + margin);
  const bottom = at(trend.low ?? least - margin);
  return (
    <figure className="trend">
      <figcaption>
        {trend.title}
        {trend.unit && <span className="quiet">（{trend.unit}）</span>}
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${trend.title}：${said}`}>
        {limits.length > 0 && <rect className="band" x={0} y={top} width={WIDTH} height={bottom - top} />}
        <polyline points={places.map((place) => `${place.x},${place.y}`).join(" ")} />
        {places.map((place) => (
          <g key={place.day} transform={`translate(${place.x} ${place.y})`}>
            <circle r={4} />
            <text y={-9}>{place.value}</text>
          </g>
        ))}
        {places.map((place, index) =>
          index === 0 || index === places.length - 1 ? (
            <text key={place.day} className="day" x={place.x} y={HEIGHT - 6}>
              {place.day.slice(2)}
            </text>
          ) : null,
        )}
      </svg>
      {limits.length > 0 && <p className="quiet">浅色的一段是参考范围</p>}
    </figure>
  );
}

function scale(least: number, most: number): (value: number) => number {
  return (value) => TOP + ((most - value) / (most - least)) * (HEIGHT - TOP - BOTTOM);
}
