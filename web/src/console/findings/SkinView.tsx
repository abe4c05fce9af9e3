import { Button } from "antd";
import { useState } from "react";
import { mediaUrl } from "../api";
import type { Finding } from "../cases/api";
import { useKeys } from "../desk/keys";
import { SkinHistory } from "./SkinHistory";
import { lesionName, likely, number, percent, RISK, string } from "./data";
import { Zoomable } from "./Zoomable";

/** The photo with overlay and heat, each by one key; classes with their probabilities. */
export function SkinView({ finding }: { finding: Finding }) {
  const [layer, setLayer] = useState<"overlay" | "heat">();
  const { overlay, heat } = finding.files as { overlay?: { media_id: string }; heat?: { media_id: string } };
  const toggle = (name: "overlay" | "heat") => setLayer((now) => (now === name ? undefined : name));
  useKeys({ ...(overlay ? { o: () => toggle("overlay") } : {}), ...(heat ? { h: () => toggle("heat") } : {}) });
  const shares = likely(finding.data);
  const malignant = number(finding.data["malignant"]);
  const unlike = number(finding.data["unlike"]);
  const risk = string(finding.data["risk"]);
  const picture = layer === "overlay" ? overlay : layer === "heat" ? heat : undefined;
  return (
    <div className="skin-view">
      {finding.source ? (
        <Zoomable
          label={`患者的照片${layer === "overlay" ? "，叠加病灶轮廓" : layer === "heat" ? "，叠加热力图" : ""}`}
          tools={
            <>
              {overlay && (
                <Button size="small" aria-pressed={layer === "overlay"} type={layer === "overlay" ? "primary" : "default"} onClick={() => toggle("overlay")}>
                  轮廓 <kbd aria-hidden="true">O</kbd>
                </Button>
              )}
              {heat && (
                <Button size="small" aria-pressed={layer === "heat"} type={layer === "heat" ? "primary" : "default"} onClick={() => toggle("heat")}>
                  热力图 <kbd aria-hidden="true">H</kbd>
                </Button>
              )}
            </>
          }
        >
          <img src={mediaUrl(finding.source.media_id)} alt="" draggable={false} />
          {picture && <img src={mediaUrl(picture.media_id)} alt="" className="layer" draggable={false} />}
        </Zoomable>
      ) : (
        <p className="muted">照片不在了。</p>
      )}
      <div className="skin-facts">
        {risk && <p className={`risk ${risk}`}>{RISK[risk] ?? risk}</p>}
        {malignant !== undefined && (
          <p>
            恶性合计 <strong>{percent(malignant)}</strong>
          </p>
        )}
        <ul className="shares" aria-label="各类别的概率">
          {shares.map(({ name, share }) => (
            <li key={name}>
              <span>{lesionName(name)}</span>
              <span className="bar">
                <i style={{ width: `${share * 100}%` }} />
              </span>
              <span className="figure">{percent(share)}</span>
            </li>
          ))}
        </ul>
        {unlike !== undefined && unlike > 1 && <p className="muted">这张照片和训练用的照片差别大，概率不可信。</p>}
      </div>
      <SkinHistory finding={finding} />
    </div>
  );
}
