import { App, Button } from "antd";
import { useCallback, useEffect, useState } from "react";
import { type Me, may } from "../account";
import { api, type SeatDesk } from "../api";
import { useKeys } from "../desk/keys";
import { useLive } from "../desk/live";
import { go } from "../desk/route";
import { FollowUps } from "../followups/FollowUps";
import { sentence } from "../http";
import { usePolled } from "../polling";
import { ConversationPane } from "./ConversationPane";
import { ConversationQueue } from "./ConversationQueue";
import { Notes } from "./Notes";
import { TransferDialog } from "./TransferDialog";

/** The live list, one conversation, and what to do with it. */
export function ConversationsPage({ me, id }: { me: Me; id: string | undefined }) {
  const { message } = App.useApp();
  const load = useCallback(() => api.conversations(), []);
  const { value: rows, reload } = usePolled(load, 20_000);
  const [desk, setDesk] = useState<SeatDesk>();
  const [transferring, setTransferring] = useState(false);
  const [starting, setStarting] = useState(false);
  const look = useCallback(() => void api.desk().then(setDesk, () => undefined), []);
  useEffect(look, [look]);
  const changed = useCallback(() => {
    reload();
    look();
  }, [reload, look]);
  useLive(["conversations"], changed);

  const row = rows?.find((one) => one.id === id);
  const mine = row?.holder === "seat" && row.seat === me.username;
  const others = row?.holder === "seat" && !mine;
  const work = id !== undefined && may(me, "answer_conversations");
  const act = async (action: () => Promise<unknown>, done: string) => {
    try {
      await action();
      void message.success(done);
    } catch (failed) {
      void message.error(sentence(failed));
    }
    changed();
  };
  const step = (by: 1 | -1) => {
    const all = rows ?? [];
    const at = all.findIndex((one) => one.id === id);
    const next = all[Math.min(all.length - 1, Math.max(0, at + by))];
    if (next) go("conversations", next.id);
  };
  const take = () => id && void act(() => api.take(id), "已接手，助手暂停");
  const give = () => id && void act(() => api.giveBack(id), "已交还助手");
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    c: () => void (work && (mine ? give() : take())),
    r: () => document.querySelector<HTMLTextAreaElement>("#conversation-reply")?.focus(),
    t: () => work && !others && setTransferring(true),
    f: () => id && may(me, "run_follow_ups") && setStarting(true),
  });
  return (
    <div className="conversations">
      <ConversationQueue
        rows={rows ?? []}
        desk={desk}
        loaded={rows !== undefined}
        open={id}
        me={me.username}
        onOpen={(chosen) => go("conversations", chosen)}
      />
      {id ? (
        <>
          <ConversationPane key={id} row={row} id={id} onChanged={changed} />
          <aside className="case-actions" aria-label="操作">
            <p className="case-owner" role="status">
              {mine ? "我在回复" : others ? `${row.seat} 正在回复` : row?.holder === "waiting" ? "患者在等人工" : "助手在回复"}
            </p>
            {mine ? (
              <Button block className="keyed" aria-keyshortcuts="C" onClick={give}>
                <span>交还助手</span>
                <kbd aria-hidden="true">C</kbd>
              </Button>
            ) : (
              <Button block type="primary" className="keyed" aria-keyshortcuts="C" disabled={!work || others} onClick={take}>
                <span>接手</span>
                <kbd aria-hidden="true">C</kbd>
              </Button>
            )}
            <Button block className="keyed" aria-keyshortcuts="T" disabled={!work || others} onClick={() => setTransferring(true)}>
              <span>转给其他组</span>
              <kbd aria-hidden="true">T</kbd>
            </Button>
            <FollowUps key={id} me={me} conversation={id} starting={starting} onStarting={setStarting} />
            <Notes id={id} />
          </aside>
        </>
      ) : (
        <p className="empty no-case">从左边选一个对话。患者要求人工、助手答不上来、或发来照片时，会排在最上面。</p>
      )}
      {transferring && id && (
        <TransferDialog
          groups={desk?.groups ?? []}
          onCancel={() => setTransferring(false)}
          onTransfer={(to, note) => {
            setTransferring(false);
            void act(() => api.transfer(id, to, note), "已转出");
          }}
        />
      )}
    </div>
  );
}
