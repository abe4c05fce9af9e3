import { Alert, Button, Tag } from "antd";
import { useState } from "react";
import { mediaUrl } from "../api";
import { CompareFindings } from "../findings/CompareFindings";
import { FindingView } from "../findings/FindingView";
import { OriginalsControl } from "../OriginalsControl";
import { useOriginals } from "../originals";
import { exact } from "../polling";
import type { CaseShown } from "./api";
import { History } from "./History";
import { KIND, LEVEL, reasonName, whoName } from "./names";

/** Who, what was said, what was found, what was before, what was done. */
export function CaseMiddle({ shown, problem, onChanged }: { shown: CaseShown; problem: string; onChanged: () => Promise<void> }) {
  const { case: row, finding, earlier } = shown;
  const [comparing, setComparing] = useState(false);
  const originals = useOriginals(row.conversation_id, shown.said.at(-1)?.seq);
  const comparable = finding !== null && earlier.some((one) => one.source ?? one.files["page"]);
  return (
    <article className="case-middle" aria-label={`${KIND[row.kind]}病例`}>
      <header className="case-head">
        <h1>{whoName(row.who)}</h1>
        {row.who.number && <span className="muted">{row.who.number}</span>}
        <span className={`level ${row.level}`}>{LEVEL[row.level]}</span>
        <Tag>{KIND[row.kind]}</Tag>
        {row.department && <Tag>{row.department}</Tag>}
        <span className="spacer" />
        <OriginalsControl originals={originals} />
      </header>
      {problem && <Alert type="warning" title={problem} banner />}
      <p className="case-reasons">
        {row.reasons.map((reason) => (
          <Tag key={reason} color={row.level === "emergency" ? "red" : "default"}>
            {reasonName(reason)}
          </Tag>
        ))}
        {row.sampled && <Tag>机器判为低风险，抽查</Tag>}
      </p>
      <section className="case-said" aria-label="患者说">
        <h2>患者说</h2>
        {!shown.said.length && <p className="muted">没有文字，只有文件。</p>}
        <ul>
          {shown.said.map((one) => (
            <li key={one.seq} className={one.about ? "about" : ""}>
              <time title={exact(one.created_at)}>{exact(one.created_at).slice(5, -3)}</time>
              <span>
                {originals.texts.get(one.seq) ?? one.text}
                {one.media_id && !finding && <MessageFile id={one.media_id} type={one.media_type ?? ""} />}
                {one.media_id && finding && <span className="muted"> ［文件］</span>}
              </span>
            </li>
          ))}
        </ul>
      </section>
      {finding && (
        <>
          {comparable && (
            <div className="compare-switch">
              <Button size="small" aria-pressed={comparing} onClick={() => setComparing(!comparing)}>
                {comparing ? "只看这次" : `和以前比（${earlier.length} 次）`}
              </Button>
            </div>
          )}
          {comparing ? (
            <CompareFindings now={finding} earlier={earlier} />
          ) : (
            <FindingView finding={finding} labels={shown.labels} onChanged={onChanged} />
          )}
        </>
      )}
      <History shown={shown} />
    </article>
  );
}

function MessageFile({ id, type }: { id: string; type: string }) {
  if (type.startsWith("image/")) return <img src={mediaUrl(id)} alt="患者发来的照片" className="said-photo" />;
  if (type.startsWith("video/")) return <video src={mediaUrl(id)} controls className="said-photo" aria-label="患者发来的视频" />;
  if (type.startsWith("audio/")) return <audio src={mediaUrl(id)} controls aria-label="患者发来的语音" />;
  return <a href={mediaUrl(id)}>下载文件</a>;
}
