import { App, Button } from "antd";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { type Me, may } from "../account";
import { api } from "../api";
import { useKeys } from "../desk/keys";
import { go } from "../desk/route";
import { FollowUps } from "../followups/FollowUps";
import { caseApi, type CaseRow, type CaseShown } from "./api";
import { CloseDialog, HandOverDialog } from "./CaseDialogs";
import { CaseReply } from "./CaseReply";
import { FilingState } from "./FilingState";
import { whoName } from "./names";

const GradingForm = lazy(() => import("../grading/GradingForm").then((found) => ({ default: found.GradingForm })));

export type Act = (action: () => Promise<unknown>, change: Partial<CaseRow>, done: string) => Promise<boolean>;

const FINDINGS: readonly string[] = ["skin", "rehab", "report"];

/** What can be done, always in the same order and place, each with its key. */
export function CaseActions({ shown, me, act }: { shown: CaseShown; me: Me; act: Act }) {
  const { message } = App.useApp();
  const { case: row } = shown;
  const [dialog, setDialog] = useState<"close" | "hand" | "grade" | "follow">();
  const [closing, setClosing] = useState(false);
  const over = row.state === "closed";
  const mine = row.claimed_by === me.username;
  const others = row.claimed_by !== null && !mine;
  const findings = FINDINGS.includes(row.kind);
  // An emergency may be about a report: it is graded as what it is about. What is hidden nobody can judge.
  const gradable = shown.finding !== null && !shown.finding.special && FINDINGS.includes(shown.finding.kind);
  const work = may(me, "work_cases") && !over;
  const claimed = { state: "claimed", claimed_by: me.username } as const;

  const claim = () => void act(() => caseApi.claim(row.id), claimed, "已领取");
  const release = () => void act(() => caseApi.release(row.id), { state: "open", claimed_by: null }, "已放回队列");
  const talk = () => {
    if (shown.holder === "seat" && shown.seat === me.username) return go("conversations", row.conversation_id);
    void act(() => api.take(row.conversation_id), claimed, "已接手对话，助手暂停").then((done) => {
      if (done) go("conversations", row.conversation_id);
    });
  };
  // From the dialogue of closing it goes back there.
  const follow = (back: boolean) => {
    setClosing(back);
    setDialog("follow");
  };
  const can = {
    claim: work && !mine && !others,
    release: work && mine,
    talk: work && !findings && !others,
    grade: work && gradable && !others && may(me, "grade_cases"),
    hand: work,
    close: work && !others,
  };
  const told = () => {
    if (over) void message.info("这个病例已经结束");
    else if (others) void message.info(`${row.claimed_by} 正在处理这个病例`);
  };
  const when = (allowed: boolean, action: () => void) => () => (allowed ? action() : told());
  useKeys({
    c: when(can.claim || can.release, can.claim ? claim : release),
    r: () => document.querySelector<HTMLTextAreaElement>("#case-reply")?.focus(),
    g: when(can.grade, () => setDialog("grade")),
    v: when(can.talk, talk),
    t: when(can.hand, () => setDialog("hand")),
    e: when(can.close, () => setDialog("close")),
    f: () => may(me, "run_follow_ups") && follow(false),
  });
  return (
    <aside className="case-actions" aria-label="操作">
      <p className="case-owner" role="status">
        {over ? "已结束" : mine ? "我在处理" : others ? `${row.claimed_by} 正在处理` : "还没有人处理"}
      </p>
      {shown.filing && (
        <FilingState
          filing={shown.filing}
          who={whoName(row.who)}
          onAgain={may(me, "grade_cases") ? (own) => void act(() => caseApi.file(row.id, own), {}, "已重新排队归档") : undefined}
        />
      )}
      {mine ? (
        <Key name="放回队列" letter="C" disabled={!can.release} onClick={release} />
      ) : (
        <Key name="领取" letter="C" primary disabled={!can.claim} onClick={claim} />
      )}
      <Key name="接手对话" letter="V" disabled={!can.talk} onClick={talk} />
      <Key name="评定" letter="G" disabled={!can.grade} onClick={() => setDialog("grade")} />
      <Key name="转交" letter="T" disabled={!can.hand} onClick={() => setDialog("hand")} />
      <Key name="结束" letter="E" disabled={!can.close} onClick={() => setDialog("close")} />
      <CaseReply row={row} disabled={!work || others} act={act} claimed={claimed} />
      <FollowUps
        me={me}
        conversation={row.conversation_id}
        department={row.department}
        kind={row.kind}
        caseId={row.id}
        starting={dialog === "follow"}
        onStarting={(open) => (open ? follow(false) : setDialog(undefined))}
        onStarted={() => closing && setDialog("close")}
      />
      {dialog === "close" && (
        <CloseDialog
          kind={row.kind}
          graded={shown.labels.at(-1)?.agrees}
          onCancel={() => setDialog(undefined)}
          onFollowUp={may(me, "run_follow_ups") ? () => follow(true) : undefined}
          onClose={(outcome) => {
            setDialog(undefined);
            void act(() => caseApi.close(row.id, outcome), { state: "closed", outcome }, "已结束");
          }}
        />
      )}
      {dialog === "hand" && (
        <HandOverDialog
          caseId={row.id}
          onCancel={() => setDialog(undefined)}
          onHand={(to) => {
            setDialog(undefined);
            void act(() => caseApi.reassign(row.id, to), { state: "claimed", claimed_by: to }, `已转给 ${to}`);
          }}
        />
      )}
      <Suspense>
        {dialog === "grade" && shown.finding && (
          <GradingForm
            finding={shown.finding}
            onCancel={() => setDialog(undefined)}
            onGrade={async (body) => {
              if (await act(() => caseApi.grade(row.id, body), claimed, "评定已保存")) setDialog(undefined);
            }}
          />
        )}
      </Suspense>
    </aside>
  );
}

interface KeyProps {
  name: string;
  letter: string;
  disabled: boolean;
  primary?: boolean;
  onClick: () => void;
}

function Key({ name, letter, disabled, primary = false, onClick }: KeyProps): ReactNode {
  return (
    <Button block type={primary ? "primary" : "default"} disabled={disabled} onClick={onClick} aria-keyshortcuts={letter} className="keyed">
      <span>{name}</span>
      <kbd aria-hidden="true">{letter}</kbd>
    </Button>
  );
}
