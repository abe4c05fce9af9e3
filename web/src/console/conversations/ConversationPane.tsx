import { App, Button, Image, Input, Spin, Tag } from "antd";
import { useCallback, useLayoutEffect, useRef, useState } from "react";
import { api, type ConversationRow, mediaUrl, type MessageRow } from "../api";
import { CannedPicker } from "./CannedPicker";
import { useLive } from "../desk/live";
import { Documents } from "./Documents";
import { CHANNEL, holderTag } from "./names";
import { EMPTY, taken, typed } from "./suggested";
import { Suggestions } from "./Suggestions";
import { useOriginals } from "../originals";
import { OriginalsControl } from "../OriginalsControl";
import { exact, usePolled } from "../polling";

const AUTHOR = { patient: "患者", bot: "助手（由AI提供）", staff: "人工" } as const;
const KIND: Record<string, string> = {
  image: "照片，正在检查",
  video: "视频，正在检查",
  voice: "语音，正在检查",
  file: "文件，正在检查",
  event: "在微信里点了菜单或关注",
  location: "发来位置",
  link: "发来链接",
};
const CARD: Record<string, string> = {
  departments: "科室推荐卡片",
  slots: "号源卡片",
  doctors: "医生卡片",
  appointment: "预约卡片",
  emergency: "急救卡片",
  confirm: "确认卡片",
  photo_guide: "拍照指引卡片",
  insurance: "医保卡片",
};

interface Props {
  id: string;
  row: ConversationRow | undefined;
  onChanged: () => void;
}

/** One conversation: what was said, and the reply. Who replies takes it over; the assistant is silent until given back. */
export function ConversationPane({ id, row, onChanged }: Props) {
  const { message } = App.useApp();
  const load = useCallback(() => api.messages(id), [id]);
  const { value: rows, reload } = usePolled(load, 20_000);
  useLive(["conversations"], reload);
  const [draft, setDraft] = useState(EMPTY);
  const end = useRef<HTMLDivElement>(null);
  const last = rows?.at(-1)?.seq;
  const originals = useOriginals(id, last);
  useLayoutEffect(() => {
    // Not returned: new browsers give a promise, which React would take for a clean-up.
    void end.current?.scrollIntoView({ block: "end" });
  }, [last]);

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
    const text = draft.text.trim();
    if (text && (await act(() => api.reply(id, text, draft.began_as)))) setDraft(EMPTY);
  };
  return (
    <div className="conversation">
      <header className="conversation-head">
        <strong>{row ? `${CHANNEL[row.channel] ?? row.channel}患者` : "患者"}</strong>
        {row && <Tag {...holderTag(row)} />}
        <span className="muted">{row?.last_patient_at && `最近一条 ${exact(row.last_patient_at)}`}</span>
        <span className="spacer" />
        <OriginalsControl originals={originals} />
      </header>
      <Documents id={id} />
      <div className="messages" role="log" aria-label="对话内容">
        {!rows && <Spin />}
        {rows?.map((entry) => <Entry key={entry.id} entry={entry} original={originals.texts.get(entry.seq)} />)}
        <div ref={end} />
      </div>
      <div className="answer">
        <Suggestions
          conversation={id}
          stand={`${last} ${row?.holder} ${row?.seat}`}
          box="conversation-reply"
          onTake={(one) => setDraft((now) => taken(now, one))}
        />
        <CannedPicker kind="" onPick={(text) => setDraft({ text, began_as: "" })} />
        <Input.TextArea
          id="conversation-reply"
          aria-label="回复患者"
          value={draft.text}
          onChange={(event) => setDraft((now) => typed(now, event.target.value))}
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
          <Button type="primary" disabled={!draft.text.trim()} onClick={() => void send()}>
            发送
          </Button>
        </div>
      </div>
    </div>
  );
}

function Entry({ entry, original }: { entry: MessageRow; original: string | undefined }) {
  return (
    <article className={`entry ${entry.author}`}>
      <header>
        {AUTHOR[entry.author]}
        <time>{exact(entry.created_at)}</time>
      </header>
      {entry.text && <p className={original === undefined ? undefined : "original"}>{original ?? entry.text}</p>}
      {entry.media_id && <Media id={entry.media_id} type={entry.media_type ?? ""} />}
      {entry.card && <p className="card-note">▤ {CARD[entry.card.kind] ?? "卡片"}</p>}
      {!entry.text && !entry.media_id && !entry.card && <p className="muted">（{KIND[entry.kind] ?? "没有文字"}）</p>}
    </article>
  );
}

function Media({ id, type }: { id: string; type: string }) {
  if (type.startsWith("image/")) return <Image src={mediaUrl(id)} alt="患者发来的照片" height={220} />;
  if (type.startsWith("video/")) return <video src={mediaUrl(id)} controls height={260} aria-label="患者发来的视频" />;
  if (type.startsWith("audio/")) return <audio src={mediaUrl(id)} controls aria-label="患者发来的语音" />;
  return <a href={mediaUrl(id)}>下载文件</a>;
}
