import { Bubble } from "@chatui/core/es/components/Bubble";
import { memo } from "react";

import { beside } from "./beside";
import { CardView } from "./cards/CardView";
import { useChat } from "./context";
import { clock } from "./dates";
import { Apricot, CheckIcon, PersonIcon } from "./icons";
import { MediaBubble } from "./MediaBubble";
import type { QuickReply, ServerMessage } from "./protocol";

const AUTHORS = { patient: "我", bot: "助手", staff: "工作人员" } as const;
const STATES: Record<string, string> = { waiting: "已送达，等待人工回复", held: "已收到，等您同意后再看" };
// The gateway still takes a button of one of the last messages; older ones are only read.
const PRESSABLE_MESSAGES = 30;

/** One message that the gateway has. */
export const MessageRow = memo(function MessageRow({ message, newest }: { message: ServerMessage; newest: boolean }) {
  const { transcript } = useChat().state;
  const mine = message.author === "patient";
  const last = transcript.messages.at(-1)?.seq ?? 0;
  const answered = transcript.messages.some((other) => other.seq > message.seq && other.author === "patient");
  const waiting = transcript.pending.some((pending) => pending.state === "sending");
  const said = beside(message.text, message.card);
  const media = mine && ["image", "video", "voice", "file"].includes(message.kind);

  if (message.card?.kind === "emergency") {
    return (
      <article className="row row-wide" aria-label={`${AUTHORS[message.author]} ${clock(message.created_at)}`}>
        <CardView card={message.card} pressable answered={answered} text={message.text} label={message.label} />
      </article>
    );
  }
  return (
    <article className={`row row-${message.author}`} aria-label={`${AUTHORS[message.author]} ${clock(message.created_at)}`}>
      {message.author === "bot" && <Apricot />}
      {message.author === "staff" && (
        <span className="avatar avatar-staff" aria-hidden="true">
          <PersonIcon />
        </span>
      )}
      <div className="content">
        {message.author === "staff" && <p className="author">工作人员</p>}
        {media && <MediaBubble message={message} />}
        {!media && said && (
          <Bubble type="text">
            <p>{said}</p>
          </Bubble>
        )}
        {message.card && (
          <CardView
            card={message.card}
            pressable={last - message.seq < PRESSABLE_MESSAGES}
            answered={answered || waiting}
            text={message.text}
            label=""
          />
        )}
        {message.label && <p className="label">{message.label}</p>}
        {mine && !media && (
          <p className="sent">
            <CheckIcon />
            <span>{STATES[message.state] ?? "已送达"}</span>
          </p>
        )}
        {newest && !waiting && message.quick_replies.length > 0 && <QuickReplies options={message.quick_replies} />}
      </div>
    </article>
  );
});

export function QuickReplies({ options }: { options: QuickReply[] }) {
  const { chat } = useChat();
  return (
    <div className="quick" role="group" aria-label="快捷回答">
      {options.map((option) => (
        <button key={option.payload} type="button" onClick={() => chat.choose(option.title, option.payload)}>
          {option.title}
        </button>
      ))}
    </div>
  );
}
