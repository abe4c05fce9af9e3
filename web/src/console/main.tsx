import { App as AntApp, ConfigProvider } from "antd";
import zhCN from "antd/locale/zh_CN";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Console } from "./Console";
import "./console.css";
import "./desk/desk.css";
import "./cases/cases.css";
import "./findings/findings.css";
import { watchForAPerson } from "./presence";

watchForAPerson();

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <ConfigProvider locale={zhCN} button={{ autoInsertSpace: false }} theme={{ token: { colorPrimary: "#1f6f5c", colorError: "#b71c1c", colorTextPlaceholder: "#66716b", colorTextDescription: "#5b6660", borderRadius: 6 } }}>
        <AntApp>
          <Console />
        </AntApp>
      </ConfigProvider>
    </StrictMode>,
  );
}
