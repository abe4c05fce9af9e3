import { App, Button, Popconfirm } from "antd";
import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { type Me, may } from "../account";
import { useLive } from "../desk/live";
import { sentence } from "../http";
import { exact } from "../polling";
import { type FollowUp, followUpApi } from "./api";
import "./followups.css";
import { answerOf, MEANING, stateOf } from "./names";

const StartFollowUp = lazy(() => import("./StartFollowUp").then((found) => ({ default: found.StartFollowUp })));

interface Props {
  me: Me;
  conversation: string;
  department?: string;
  kind?: string;
  caseId?: string;
  starting: boolean;
  onStarting: (open: boolean) => void;
  onStarted?: () => void;
}

/** A patient's follow-ups with their answers, for who may see them; a clinician starts and stops them. */
export function FollowUps(props: Props) {
  return may(props.me, "read_follow_ups") ? <OfPatient {...props} /> : null;
}

function OfPatient({ me, conversation, department = "", kind, caseId, starting, onStarting, onStarted }: Props) {
  const { message } = App.useApp();
  const [rows, setRows] = useState<FollowUp[]>([]);
  const load = useCallback(() => void followUpApi.of(conversation).then(setRows, () => undefined), [conversation]);
  useEffect(load, [load]);
  useLive(["cases", "conversations"], load);
  const runs = may(me, "run_follow_ups");
  const act = async (action: () => Promise<unknown>, said: string) => {
    try {
      await action();
      void message.success(said);
      load();
      return true;
    } catch (failed) {
      void message.error(sentence(failed));
      return false;
    }
  };
  return (
    <section className="follow-ups" aria-label="随访">
      <h2>随访</h2>
      {rows.map((one) => (
        <details key={one.id} open={one.state === "running"}>
          <summary>
            {one.name}
            {one.kinship !== "本人" && `（${one.kinship}）`} <span className="muted">{stateOf(one)}</span>
          </summary>
          <ul>
            {one.answers.map((answer) => (
              <li key={`${answer.day}/${answer.ask}`} className={answer.meaning ?? ""}>
                <span className="muted">
                  第 {answer.day} 天 <time title={exact(answer.asked_at)}>{exact(answer.asked_at).slice(5, -3)}</time>
                </span>
                <p>{answer.ask}</p>
                <p>
                  {answerOf(answer)}
                  {answer.meaning && answer.meaning !== "fine" && <span className="muted"> · {MEANING[answer.meaning]}</span>}
                </p>
              </li>
            ))}
          </ul>
          <p className="muted">
            {one.started_by} 开始，从 {one.starts_on} 算起
          </p>
          {runs && one.state === "running" && (
            <Popconfirm title="停止这个随访？患者不会再收到问题。" okText="停止" cancelText="不停" onConfirm={() => act(() => followUpApi.stop(one.id), "已停止随访")}>
              <Button size="small" aria-label={`停止 ${one.name}`}>
                停止
              </Button>
            </Popconfirm>
          )}
        </details>
      ))}
      {!rows.length && <p className="muted">没有随访。</p>}
      {runs && (
        <Button block className="keyed" aria-keyshortcuts="F" onClick={() => onStarting(true)}>
          <span>开始随访</span>
          <kbd aria-hidden="true">F</kbd>
        </Button>
      )}
      <Suspense>
        {starting && runs && (
          <StartFollowUp
            department={department}
            own={me.departments}
            kind={kind}
            onCancel={() => onStarting(false)}
            onStart={async (start) => {
              const begun = await act(() => followUpApi.start(conversation, caseId ? { ...start, case_id: caseId } : start), "随访已开始，会在白天通知患者");
              if (begun) {
                onStarting(false);
                onStarted?.();
              }
              return begun;
            }}
          />
        )}
      </Suspense>
    </section>
  );
}
