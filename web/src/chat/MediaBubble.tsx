import { useState } from "react";

import { useChat } from "./context";
import { CheckIcon, FileIcon, VideoIcon } from "./icons";
import { KIND_NAMES } from "./media";
import { isLookedAt, stepsOf } from "./progress";
import type { MediaKind, ServerMessage } from "./protocol";

/** A photo, video or file that has arrived, and how far it has come. */
export function MediaBubble({ message }: { message: ServerMessage }) {
  const { transcript } = useChat().state;
  const local = transcript.uploads.find((upload) => upload.clientId === message.client_id);
  const kind = message.kind as MediaKind;
  return (
    <div className="media">
      <Thumbnail kind={kind} url={local?.url ?? message.media} name={local?.name ?? KIND_NAMES[kind]} />
      <Steps message={message} />
    </div>
  );
}

export function Thumbnail({ kind, url, name }: { kind: MediaKind; url: string | null; name: string }) {
  // A browser that cannot draw HEIC, or a file that is no picture: its name then.
  const [broken, setBroken] = useState<string | null>(null);
  if (url && url !== broken && kind === "image") {
    return <img className="thumbnail" src={url} alt={`我发的照片：${name}`} onError={() => setBroken(url)} />;
  }
  if (url && kind === "video") {
    return <video className="thumbnail" src={url} controls preload="metadata" playsInline aria-label={`我发的视频：${name}`} />;
  }
  if (url && kind === "voice") return <audio src={url} controls preload="metadata" aria-label="我发的语音" />;
  return (
    <p className="file">
      {kind === "video" ? <VideoIcon /> : <FileIcon />}
      <span>{name}</span>
    </p>
  );
}

/** Only steps that the gateway has told of: each one a fact in the records. */
function Steps({ message }: { message: ServerMessage }) {
  const steps = stepsOf(message);
  const reached = steps.filter(([, done]) => done).length;
  return (
    <>
      <ol className="steps" aria-label="处理进度">
        {steps.map(([name, done], index) => (
          <li key={name} className={done ? "done" : index === reached ? "next" : ""}>
            {done && <CheckIcon />}
            <span>{name}</span>
            {done && <span className="unseen">，已完成</span>}
          </li>
        ))}
      </ol>
      {isLookedAt(message) && (
        <p className="looking" role="status">
          {message.kind === "video" ? "正在看，大约 1 分钟" : "正在看，大约 10 秒"}
        </p>
      )}
    </>
  );
}
