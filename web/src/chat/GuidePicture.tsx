import type { GuideSubject } from "./protocol";

/** Drawn, with no words in it: the tips beside it say the same. */
export function GuidePicture({ subject }: { subject: GuideSubject }) {
  return (
    <svg className="guide-picture" viewBox="0 0 320 150" role="img" aria-label={DESCRIPTIONS[subject]}>
      {subject === "skin" && <Skin />}
      {subject === "report" && <Report />}
      {subject === "rehab" && <Rehab />}
    </svg>
  );
}

const DESCRIPTIONS: Record<GuideSubject, string> = {
  skin: "示意图：手机正对皮肤，隔一掌远，旁边是窗口的自然光，闪光灯关闭",
  report: "示意图：报告单平放，四个角都在取景框里",
  rehab: "示意图：手机横放在架子上，人全身站在画面里",
};

function Sun({ x, y }: { x: number; y: number }) {
  const rays = [0, 45, 90, 135, 180, 225, 270, 315];
  return (
    <g transform={`translate(${x} ${y})`} className="g-sun">
      <circle r="10" />
      {rays.map((angle) => (
        <line key={angle} x1="15" x2="20" y1="0" y2="0" transform={`rotate(${angle})`} />
      ))}
    </g>
  );
}

function NoFlash({ x, y }: { x: number; y: number }) {
  return (
    <g transform={`translate(${x} ${y})`}>
      <circle r="17" className="g-no" />
      <path d="M2-10-6 2h5l-3 9 9-12H0z" className="g-flash" />
      <line x1="-12" y1="-12" x2="12" y2="12" className="g-no" />
    </g>
  );
}

/** A double arrow: keep this distance. */
function Distance({ from, to, y }: { from: number; to: number; y: number }) {
  return (
    <path
      className="g-measure"
      d={`M${from} ${y}H${to}M${from + 7} ${y - 5}L${from} ${y}l7 5M${to - 7} ${y - 5}L${to} ${y}l-7 5`}
    />
  );
}

function Skin() {
  return (
    <>
      <Sun x={40} y={34} />
      <NoFlash x={40} y={104} />
      <rect x="92" y="28" width="20" height="84" rx="5" className="g-phone" />
      <circle cx="113" cy="46" r="4" className="g-lens" />
      <path d="M117 46 222 22v96z" className="g-view" />
      <Distance from={120} to={214} y={130} />
      <path
        d="M222-4c14 26 10 50 8 76-2 30 2 56 12 84h90V-4z"
        className="g-skin"
      />
      <circle cx="244" cy="70" r="13" className="g-spot" />
      <circle cx="262" cy="88" r="6" className="g-spot" />
      <circle cx="258" cy="54" r="4" className="g-spot" />
    </>
  );
}

function Report() {
  const lines = [46, 60, 74, 88, 102];
  return (
    <>
      <Sun x={44} y={34} />
      <rect x="108" y="18" width="104" height="116" rx="3" className="g-paper" />
      <rect x="122" y="28" width="54" height="7" rx="3" className="g-ink" />
      {lines.map((y, index) => (
        <g key={y}>
          <rect x="122" y={y} width="36" height="5" rx="2.500" className="g-line" />
          <rect x="170" y={y} width={index % 2 ? 20 : 28} height="5" rx="2.500" className="g-line" />
        </g>
      ))}
      <path
        className="g-frame"
        d="M96 28V8h22M202 8h22v20M224 122v20h-22M118 142H96v-20"
      />
      <g transform="translate(268 104)">
        <circle r="20" className="g-yes" />
        <path d="m-9 1 6 7L9-7" className="g-tick" />
      </g>
    </>
  );
}

function Rehab() {
  return (
    <>
      <line x1="10" x2="310" y1="136" y2="136" className="g-floor" />
      <rect x="26" y="58" width="58" height="32" rx="5" className="g-phone" />
      <circle cx="76" cy="66" r="3.500" className="g-lens" />
      <path d="M55 90v46M55 100 36 136M55 100l19 36" className="g-stand" />
      <path d="M84 74 196 10v126z" className="g-view" />
      <Distance from={92} to={186} y={122} />
      <path className="g-frame" d="M196 26V8h20M286 8h20v18M306 120v18" />
      <circle cx="250" cy="28" r="12" className="g-person-fill" />
      <path className="g-person" d="M250 42v46M250 54l-28 14M250 54l34-18M250 88l-16 46M250 88l18 46" />
    </>
  );
}
