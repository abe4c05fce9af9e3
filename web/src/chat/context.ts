import { createContext, useContext } from "react";

import type { Chat, ChatState } from "./chat";
import type { GuideSubject } from "./protocol";

export interface ChatView {
  chat: Chat;
  state: ChatState;
  openGuide(subject: GuideSubject): void;
}

export const ChatContext = createContext<ChatView | null>(null);

export function useChat(): ChatView {
  const view = useContext(ChatContext);
  if (!view) throw new Error("useChat outside the page");
  return view;
}
