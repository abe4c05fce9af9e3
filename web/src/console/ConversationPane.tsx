import { App, Button, Image, Input, Spin } from "antd";
import { useCallback, useEffect, useRef, useState } from "react";
import { api, type ConversationRow, type Me, mediaUrl, type MessageRow } from "./api";
import { exact, usePolled } from "./polling";

const AUTHOR = { patient: "患者", bot: "助手（由AI提供）", staff: "人工" } as const;

interface Props {
  id: string;
  row: ConversationRow | undefined;
  me: Me;
  onChanged: () => void;
}

/** One conversation: what was said, and the reply. Who replies takes it over; the assistant is silent until given back. */
export function ConversationPane({ id, row, me, onChanged }: Props) {
  const { message } = App.useApp();
  const load = useCallback(() => api.messages(id), [id]);
  const { value: rows, reload } = usePolled(load, 2000);
  const [draft, setDraft] = useState("");
  const end = useRef<HTMLDivElement>(null);
  const last = rows?.at(-1)?.seq;
  useEffect(() => end.current?.scrollIntoView({ block: "end" }), [last]);

  const act = async (action: () => Promise<unknown>) => {
    try {
      await action();
      reload();
      onChanged();
      return true;
    } catch (problem) {
      void message.error(problem instanceof Error ? problem.message : String(problem));
      return false;
    }
  };
  const send = async () => {
    const text = draft.trim();
    if (text && (await act(() => api.reply(id, text)))) setDraft("");
  };
  const mine = row?.holder === "seat" && row.seat === me.username;
  return (
    <div className="conversation">
      <div className="messages" role="log" aria-label="对话内容">
        {!rows && <Spin />}
        {rows?.map((entry) => <Entry key={entry.id} entry={entry} />)}
        <div ref={end} />
      </div>
      <div className="answer">
        <Input.TextArea
          aria-label="回复患者"
          value={draft}
          onChange={(event) => setDraft(event.target.value)}
          onPressEnter={(event) => {
            if (!event.shiftKey && !event.nativeEvent.isComposing) {
              event.preventDefault();
              void send();
            }
          }}
          autoSize={{ minRows: 2, maxRows: 8 }}
          maxLength={4000}
          placeholder="回复患者。发送即接手，助手暂停，直到交还。"
        />
        <div className="answer-buttons">
          <Button type="primary" disabled={!draft.trim()} onClick={() => void send()}>
            发送
          </Button>
          {mine ? (
            <Button onClick={() => void act(() => api.giveBack(id))}>交还助手</Button>
          ) : (
            <Button onClick={() => void act(() => api.take(id))}>接手</Button>
          )}
        </div>
      </div>
    </div>
  );
}

function Entry({ entry }: { entry: MessageRow }) {
  return (
    <article className={`entry ${entry.author}`}>
      <header>
        {AUTHOR[entry.author]} <time>{exact(entry.created_at)}</time>
      </header>
      {entry.text && <p>{entry.text}</p>}
      {entry.media_id && <Media id={entry.media_id} type={entry.media_type ?? ""} />}
      {!entry.text && !entry.media_id && <p className="muted">（{entry.kind}）</p>}
    </article>
  );
}

function Media({ id, type }: { id: string; type: string }) {
  if (type.startsWith("image/")) return <Image src={mediaUrl(id)} alt="患者发来的照片" height={220} />;
  if (type.startsWith("video/")) return <video src={mediaUrl(id)} controls height={260} aria-label="患者发来的视频" />;
  if (type.startsWith("audio/")) return <audio src={mediaUrl(id)} controls aria-label="患者发来的语音" />;
  return <a href={mediaUrl(id)}>下载文件</a>;
}
