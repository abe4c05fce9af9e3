import { useState } from "react";

import { useChat } from "./context";
import { PersonIcon } from "./icons";
import { isLarge, setLarge } from "./textSize";

const HOLDER_TEXT = {
  bot: null,
  waiting: "已通知工作人员，会尽快回复您，请稍等",
  seat: "工作人员正在为您服务",
} as const;

/** Always in sight: who this is, that an AI answers, and the way to a person. */
export function Header({ hospital }: { hospital: string }) {
  const { chat, state } = useChat();
  const [large, setLargeState] = useState(isLarge);
  const { holder } = state.transcript;
  const strip = HOLDER_TEXT[holder];

  return (
    <>
      <header className="top">
        <div className="top-names">
          <h1>{hospital}</h1>
          <p>由AI提供 · 可随时转人工</p>
        </div>
        <button
          type="button"
          className="text-size"
          aria-pressed={large}
          aria-label="大字"
          onClick={() => {
            setLarge(!large);
            setLargeState(!large);
          }}
        >
          {large ? "标准" : "大字"}
        </button>
        <button type="button" className="to-person" onClick={() => chat.askForPerson()}>
          <PersonIcon />
          <span>转人工</span>
        </button>
      </header>
      <div className="strips" role="status">
        {state.link === "lost" && <p className="strip strip-lost">网络断开了，正在重新连接…</p>}
        {strip && <p className={`strip strip-${holder}`}>{strip}</p>}
      </div>
    </>
  );
}
