import { Alert, App, Spin } from "antd";
import { useCallback, useEffect, useState } from "react";
import type { Me } from "../account";
import { useLive } from "../desk/live";
import { sentence } from "../http";
import { caseApi, type CaseRow, type CaseShown } from "./api";
import { CaseActions } from "./CaseActions";
import { CaseMiddle } from "./CaseMiddle";

interface Props {
  id: string;
  me: Me;
  onChanged: (change: Partial<CaseRow>) => void;
  onClosed: () => void;
}

/** One case: what is known in the middle, what can be done on the right. */
export function CaseDesk({ id, me, onChanged, onClosed }: Props) {
  const { message } = App.useApp();
  const [shown, setShown] = useState<CaseShown>();
  const [problem, setProblem] = useState("");
  const load = useCallback(
    () =>
      caseApi.one(id).then(
        (found) => {
          setShown(found);
          setProblem("");
        },
        (failed: unknown) => setProblem(sentence(failed)),
      ),
    [id],
  );
  useEffect(() => void load(), [load]);
  useLive(["cases", "conversations"], () => void load());

  // What somebody did first is told in their words, and the page shows how it stands now.
  const act = async (action: () => Promise<unknown>, change: Partial<CaseRow>, done: string) => {
    try {
      await action();
    } catch (failed) {
      void message.error(sentence(failed));
      await load();
      return false;
    }
    void message.success(done);
    onChanged(change);
    if (change.state === "closed") onClosed();
    else await load();
    return true;
  };
  if (!shown)
    return problem ? (
      <Alert className="case-problem" type="warning" showIcon title={problem} role="alert" />
    ) : (
      <Spin className="no-case" aria-label="正在打开病例" />
    );
  return (
    <>
      <CaseMiddle shown={shown} problem={problem} onChanged={load} />
      <CaseActions shown={shown} me={me} act={act} />
    </>
  );
}
