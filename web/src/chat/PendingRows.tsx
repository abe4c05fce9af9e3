import { Bubble } from "@chatui/core/es/components/Bubble";
import { Progress } from "@chatui/core/es/components/Progress";

import { useChat } from "./context";
import { Thumbnail } from "./MediaBubble";
import { KIND_NAMES } from "./media";
import type { PendingText, UploadEntry } from "./transcript";

/** A text on its way, or one that was refused. */
export function PendingRow({ pending }: { pending: PendingText }) {
  const { chat, state } = useChat();
  const { item } = pending;
  const failed = pending.state === "failed";
  return (
    <article className="row row-patient" aria-label="我">
      <div className="content">
        <Bubble type="text">
          <p>{item.type === "message" ? item.text : item.title}</p>
        </Bubble>
        {failed ? (
          <div className="failed" role="alert">
            <p>没有发出去。{pending.error}</p>
            <button type="button" onClick={() => chat.retry(item.id)}>
              重试
            </button>
            <button type="button" onClick={() => chat.discard(item.id)}>
              删除
            </button>
          </div>
        ) : (
          <p className="sent">{state.link === "open" ? "发送中…" : "等网络恢复后自动发送"}</p>
        )}
      </div>
    </article>
  );
}

/** A file on its way: thumbnail, progress, cancel; and retry when it failed. */
export function UploadRow({ entry }: { entry: UploadEntry }) {
  const { chat } = useChat();
  const percent = Math.round(entry.progress * 100);
  return (
    <article className="row row-patient" aria-label={`我发的${KIND_NAMES[entry.kind]}`}>
      <div className="content">
        <div className="media">
          <Thumbnail kind={entry.kind} url={entry.url} name={entry.name} />
          {entry.state === "uploading" && (
            <div className="uploading">
              <Progress value={percent} aria-label="上传进度" />
              <span className="percent">{percent < 100 ? `正在上传 ${percent}%` : "正在确认"}</span>
              <button type="button" onClick={() => chat.cancelUpload(entry.clientId)}>
                取消
              </button>
            </div>
          )}
          {entry.state === "sent" && <p className="sent">已收到</p>}
        </div>
        {entry.state === "failed" && (
          <div className="failed" role="alert">
            <p>{entry.error ?? "没有发出去。"}</p>
            {!entry.final && (
              <button type="button" onClick={() => chat.retryUpload(entry.clientId)}>
                重试
              </button>
            )}
            <button type="button" onClick={() => chat.cancelUpload(entry.clientId)}>
              删除
            </button>
          </div>
        )}
      </div>
    </article>
  );
}
