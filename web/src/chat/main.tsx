import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "./App";
import { Chat } from "./chat";
import { loadConfig } from "./api";
import { setZone } from "./dates";
import { applyTextSize } from "./textSize";
import "./styles/index.css";

applyTextSize();
const hospital = document.querySelector("#root h1")?.textContent ?? "";
const chat = new Chat();

async function configure(): Promise<void> {
  try {
    const config = await loadConfig();
    setZone(config.timezone);
    chat.configure(config);
  } catch {
    setTimeout(() => void configure(), 3000);
  }
}

void configure();
createRoot(document.querySelector("#root")!).render(
  <StrictMode>
    <App chat={chat} hospital={hospital} />
  </StrictMode>,
);
