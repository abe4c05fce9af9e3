import { Button, Spin } from "antd";
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useState } from "react";
import { account, may, type Me } from "../account";
import { type AlertRow, api } from "../api";
import { CasesPage } from "../cases/CasesPage";
import { ApiError } from "../http";
import { usePolled } from "../polling";
import { AlertsBar } from "./AlertsBar";
import { Mended } from "./Mended";
import { listen, useConnected, useLive } from "./live";
import { go, type Page, useRoute } from "./route";

// The first page is there before the code of the others: charts and tables alone are half of it.
const AccountDialog = lazy(() => import("../AccountDialog").then((found) => ({ default: found.AccountDialog })));
const AccountsPage = lazy(() => import("../AccountsPage").then((found) => ({ default: found.AccountsPage })));
const AuditPage = lazy(() => import("../AuditPage").then((found) => ({ default: found.AuditPage })));
const ConversationsPage = lazy(() =>
  import("../conversations/ConversationsPage").then((found) => ({ default: found.ConversationsPage })),
);
const FiguresPage = lazy(() => import("../figures/FiguresPage").then((found) => ({ default: found.FiguresPage })));
const CannedPage = lazy(() => import("../canned/CannedPage").then((found) => ({ default: found.CannedPage })));
const KnowledgePage = lazy(() => import("../knowledge/KnowledgePage").then((found) => ({ default: found.KnowledgePage })));
const PlansPage = lazy(() => import("../followups/PlansPage").then((found) => ({ default: found.PlansPage })));
const SafetyPage = lazy(() => import("../safety/SafetyPage").then((found) => ({ default: found.SafetyPage })));
const SchedulesPage = lazy(() => import("../schedules/SchedulesPage").then((found) => ({ default: found.SchedulesPage })));

const PAGES: [Page, string, string][] = [
  ["cases", "病例", "read_cases"],
  ["conversations", "对话", "read_conversations"],
  ["schedules", "门诊", "read_schedules"],
  ["canned", "常用回复", "edit_canned_replies"],
  ["knowledge", "知识", "edit_knowledge"],
  ["safety", "红旗", "read_safety"],
  ["followups", "随访计划", "read_safety"],
  ["figures", "数据", "read_figures"],
  ["accounts", "账号", "manage_staff"],
  ["audit", "审计", "read_audit"],
];

const ENDED = "太久没有操作，或登录已被结束，请重新登录";

/** Everything behind the sign-in: pages by what the person may do, and the alerts above them all. */
export function Desk({ me, onEnded }: { me: Me; onEnded: (why?: string) => void }) {
  const pages = PAGES.filter(([, , permission]) => may(me, permission));
  const route = useRoute(pages.map(([page]) => page));
  const patients = may(me, "read_conversations");
  const ended = useCallback(() => onEnded(ENDED), [onEnded]);
  useSessionEnd(ended);
  return (
    <div className="desk">
      <Header me={me} onEnded={onEnded} live={patients}>
        <nav aria-label="页面" className="pages">
          {pages.map(([page, name]) => (
            <a key={page} href={`#/${page}`} aria-current={route.page === page ? "page" : undefined}>
              {name}
            </a>
          ))}
        </nav>
      </Header>
      {patients && <Alarms me={me} ended={ended} />}
      <main className="desk-main">
        <Mended key={route.page}>
          <Suspense fallback={<Spin className="no-case" aria-label="正在打开" />}>
            {route.page === "cases" && <CasesPage me={me} id={route.id} />}
            {route.page === "conversations" && <ConversationsPage me={me} id={route.id} />}
            {route.page === "schedules" && <SchedulesPage me={me} />}
            {route.page === "canned" && <CannedPage />}
            {route.page === "knowledge" && <KnowledgePage />}
            {route.page === "safety" && <SafetyPage me={me} />}
            {route.page === "followups" && <PlansPage me={me} />}
            {route.page === "figures" && <FiguresPage />}
            {route.page === "accounts" && <AccountsPage me={me} />}
            {route.page === "audit" && <AuditPage />}
          </Suspense>
        </Mended>
      </main>
    </div>
  );
}

/** Says when the session has ended by itself: whoever looks at the page is told, and signs in again. */
function useSessionEnd(ended: () => void) {
  const load = useCallback(async () => {
    try {
      await account.me();
    } catch (problem) {
      if (problem instanceof ApiError && problem.status === 401) ended();
    }
  }, [ended]);
  usePolled(load, 30_000);
}

/** The alerts, alive for as long as somebody is signed in who sees patients. */
function Alarms({ me, ended }: { me: Me; ended: () => void }) {
  const load = useCallback(() => api.alerts(), []);
  const { value: alerts, reload } = usePolled(load, 15_000);
  useLive(["alerts"], reload);
  useEffect(
    () =>
      listen(() => {
        // The stream was refused: either the session is over, or the house is away and the page says so.
        account.me().catch((problem: unknown) => {
          if (problem instanceof ApiError && problem.status === 401) ended();
        });
      }),
    [ended],
  );
  const number = alerts?.length ?? 0;
  useEffect(() => {
    document.title = `${number ? `(${number}) ` : ""}杏林 · 工作台`;
  }, [number]);
  const open = (row: AlertRow) =>
    row.case_id && may(me, "read_cases") ? go("cases", row.case_id) : go("conversations", row.conversation_id);
  return <AlertsBar rows={alerts ?? []} onOpen={open} onChanged={reload} />;
}

function Header({ me, onEnded, live, children }: { me: Me; onEnded: (why?: string) => void; live: boolean; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const connected = useConnected();
  return (
    <header className="desk-header">
      <strong>杏林 · 工作台</strong>
      {children}
      <span className="spacer" />
      {live && !connected && (
        <span role="status" className="offline">
          正在连接…
        </span>
      )}
      <Button type="text" onClick={() => setOpen(true)}>
        {me.name || me.username}
      </Button>
      <Button type="text" onClick={() => void account.signOut().finally(() => onEnded())}>
        退出
      </Button>
      <Suspense>
        {open && <AccountDialog me={me} onClose={() => setOpen(false)} onEnded={() => onEnded("密码已修改，请重新登录")} />}
      </Suspense>
    </header>
  );
}
