import { Typing } from "@chatui/core/es/components/Typing";
import { Fragment, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

import { useChat } from "./context";
import { DownIcon, Apricot } from "./icons";
import { MessageRow } from "./MessageRow";
import { PendingRow, UploadRow } from "./PendingRows";
import { stamp } from "./dates";
import { unsentUploads } from "./transcript";
import { Welcome } from "./Welcome";

const NEAR_BOTTOM_PX = 120;
// A pause this long gets a time above the next message.
const PAUSE_MS = 5 * 60_000;
const TYPING_AFTER_MS = 400;

/** The conversation: earlier pages on scrolling up, new messages at the bottom. */
export function Log() {
  const { chat, state } = useChat();
  const { transcript } = state;
  const box = useRef<HTMLDivElement>(null);
  const followed = useRef(true);
  const before = useRef({ first: 0, height: 0 });
  const [unread, setUnread] = useState(false);
  const lastShown = useRef(0);
  const typing = useDelayed(transcript.typing, TYPING_AFTER_MS);
  const uploads = unsentUploads(transcript);
  const first = transcript.messages[0]?.seq ?? 0;
  const last = transcript.messages.at(-1)?.seq ?? 0;
  lastShown.current = last;
  const tail = `${last}/${transcript.pending.length}/${uploads.length}`;

  const toBottom = useCallback(() => {
    const element = box.current;
    if (element) element.scrollTop = element.scrollHeight;
    followed.current = true;
    setUnread(false);
  }, []);

  // An earlier page was put in above: what the reader looks at must not move.
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    if (before.current.first && first < before.current.first) {
      element.scrollTop += element.scrollHeight - before.current.height;
    }
    before.current = { first, height: element.scrollHeight };
  });

  useLayoutEffect(() => {
    const own = transcript.pending.length > 0 || uploads.length > 0;
    // The empty page is read from its top.
    if (!own && last === 0) return;
    if (followed.current || own) toBottom();
    else setUnread(true);
  }, [tail, typing]);

  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    // The keyboard, a loaded picture or large text change the height: stay where the reader is.
    const observer = new ResizeObserver(() => {
      if (followed.current && lastShown.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    if (element.firstElementChild) observer.observe(element.firstElementChild);
    return () => observer.disconnect();
  }, []);

  const scrolled = () => {
    const element = box.current;
    if (!element) return;
    followed.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_BOTTOM_PX;
    if (followed.current) setUnread(false);
    if (element.scrollTop < NEAR_BOTTOM_PX) void chat.loadEarlier();
  };

  const empty = transcript.loaded && !transcript.earlier && transcript.messages.length === 0;
  let previous = 0;

  return (
    <main className="log-frame">
      {/* Focusable, so that the keyboard can scroll it. */}
      <div className="log" ref={box} onScroll={scrolled} tabIndex={0} aria-label="聊天记录">
        <div className="log-inner" role="log" aria-live="polite" aria-relevant="additions">
          {transcript.earlier && (
            <button type="button" className="earlier" onClick={() => void chat.loadEarlier()}>
              查看更早的消息
            </button>
          )}
          {!transcript.earlier && transcript.loaded && <Welcome empty={empty && transcript.pending.length === 0} />}
          {transcript.messages.map((message) => {
            const at = Date.parse(message.created_at);
            const pause = at - previous > PAUSE_MS;
            previous = at;
            return (
              <Fragment key={message.seq}>
                {pause && <time className="pause" dateTime={message.created_at}>{stamp(message.created_at)}</time>}
                <MessageRow message={message} newest={message.seq === last} />
              </Fragment>
            );
          })}
          {transcript.pending.map((pending) => (
            <PendingRow key={pending.item.id} pending={pending} />
          ))}
          {uploads.map((entry) => (
            <UploadRow key={entry.clientId} entry={entry} />
          ))}
          {typing && (
            <div className="row row-bot" role="status" aria-label="正在输入">
              <Apricot />
              <Typing />
            </div>
          )}
        </div>
      </div>
      {unread && (
        <button type="button" className="unread" onClick={toBottom}>
          <DownIcon />
          有新消息
        </button>
      )}
    </main>
  );
}

/** True only after `value` has been true for a while: a quick answer shows no indicator. */
function useDelayed(value: boolean, delay: number): boolean {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!value) {
      setShown(false);
      return undefined;
    }
    const timer = setTimeout(() => setShown(true), delay);
    return () => clearTimeout(timer);
  }, [value, delay]);
  return shown;
}
