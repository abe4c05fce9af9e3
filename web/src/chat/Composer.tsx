import { useEffect, useRef, useState, type KeyboardEvent } from "react";

import { useChat } from "./context";
import { CameraIcon, CloseIcon, FileIcon, PlusIcon, ReportIcon, SendIcon, VideoIcon } from "./icons";
import { FilePicker } from "./FilePicker";
import type { GuideSubject } from "./protocol";
import { ERRANDS } from "./Welcome";

const COUNTER_FROM = 0.9;
const DRAFT = "xinglin.draft";

/** Where the patient writes, or picks something to send. */
export function Composer({ emergency }: { emergency: boolean }) {
  const { chat, state, openGuide } = useChat();
  const [text, setText] = useState(() => sessionStorage.getItem(DRAFT) ?? "");
  const [tray, setTray] = useState(false);
  const box = useRef<HTMLTextAreaElement>(null);
  const limit = state.config?.limits.text_chars ?? 4000;
  const length = [...text].length;
  const tooLong = length > limit;
  const empty = text.trim() === "";

  useEffect(() => {
    sessionStorage.setItem(DRAFT, text);
    const element = box.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight}px`;
  }, [text]);

  const send = () => {
    if (empty || tooLong) return;
    chat.say(text);
    setText("");
    setTray(false);
    box.current?.focus();
  };

  const pressed = (event: KeyboardEvent) => {
    // Enter also ends a pinyin word: that one is not "send".
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  };

  const guide = (subject: GuideSubject) => {
    setTray(false);
    openGuide(subject);
  };

  return (
    <footer className="composer">
      {!emergency && <Suggestions />}
      {length > limit * COUNTER_FROM && (
        <p className={tooLong ? "counter counter-over" : "counter"} role="status">
          {tooLong ? `太长了，请删到 ${limit} 字以内，或分几次发（现在 ${length} 字）` : `${length} / ${limit}`}
        </p>
      )}
      <div className="composer-line">
        <button
          type="button"
          className="icon-button"
          aria-label={tray ? "收起" : "发照片、视频或文件"}
          aria-expanded={tray}
          onClick={() => setTray(!tray)}
        >
          {tray ? <CloseIcon /> : <PlusIcon />}
        </button>
        <textarea
          ref={box}
          rows={1}
          value={text}
          placeholder="说说哪里不舒服…"
          aria-label="输入消息"
          enterKeyHint="send"
          onChange={(event) => setText(event.target.value)}
          onKeyDown={pressed}
          onFocus={() => setTray(false)}
        />
        <button type="button" className="send" aria-label="发送" disabled={empty || tooLong} onClick={send}>
          <SendIcon />
        </button>
      </div>
      {tray && (
        <div className="tray">
          <button type="button" onClick={() => guide("skin")}>
            <CameraIcon />
            拍皮肤
          </button>
          <button type="button" onClick={() => guide("report")}>
            <ReportIcon />
            报告单
          </button>
          <button type="button" onClick={() => guide("rehab")}>
            <VideoIcon />
            康复视频
          </button>
          <FilePicker kind="file" className="tray-pick" onPicked={() => setTray(false)}>
            <FileIcon />
            文件
          </FilePicker>
        </div>
      )}
    </footer>
  );
}

/** Errands one thumb away, unless the last answer asks something of its own. */
function Suggestions() {
  const { chat, state } = useChat();
  const { messages, pending, holder } = state.transcript;
  const last = messages.at(-1);
  if (!last || holder !== "bot" || pending.length > 0) return null;
  const asks = last.quick_replies.length > 0 || last.card?.kind === "confirm" || last.card?.kind === "slots";
  if (asks || last.author === "patient") return null;
  return (
    <div className="suggestions" role="group" aria-label="常用">
      {ERRANDS.map(([title, sentence]) => (
        <button key={title} type="button" onClick={() => chat.say(sentence)}>
          {title}
        </button>
      ))}
    </div>
  );
}
