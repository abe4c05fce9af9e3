import { useEffect, useState, useSyncExternalStore } from "react";

import { Aside } from "./Aside";
import type { Chat } from "./chat";
import { Composer } from "./Composer";
import { GuideSheet } from "./GuideSheet";
import { Header } from "./Header";
import { ChatContext } from "./context";
import { Log } from "./Log";
import type { GuideSubject } from "./protocol";
import { inEmergency } from "./transcript";

/** The whole page. `hospital` is the name the gateway wrote into it, there before any request. */
export function App({ chat, hospital }: { chat: Chat; hospital: string }) {
  const state = useSyncExternalStore(chat.subscribe, chat.snapshot);
  const [guide, setGuide] = useState<GuideSubject | null>(null);
  useEffect(() => chat.start(), [chat]);
  const emergency = inEmergency(state.transcript);

  return (
    <ChatContext value={{ chat, state, openGuide: setGuide }}>
      <div className={emergency ? "page page-emergency" : "page"}>
        <Header hospital={state.config?.hospital_name ?? hospital} />
        <Aside />
        <Log />
        <Composer emergency={emergency} />
        {guide && <GuideSheet subject={guide} onClose={() => setGuide(null)} />}
      </div>
    </ChatContext>
  );
}
