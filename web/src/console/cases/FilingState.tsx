import { Button } from "antd";
import { exact } from "../polling";
import type { Filing } from "./api";
import { FILING, unfiled } from "./names";

/** Whether a confirmed report is in the hospital's own records; where it is not, why, and the way to try again. */
export function FilingState({ filing, onAgain }: { filing: Filing; onAgain: (() => void) | undefined }) {
  const failed = filing.state === "failed";
  return (
    <div className={`case-filing ${filing.state}`} role="status" aria-label="归档">
      <span title={exact(filing.at)}>{FILING[filing.state]}</span>
      {failed && <span className="muted">{unfiled(filing.problem)}</span>}
      {failed && onAgain && (
        <Button size="small" onClick={onAgain}>
          再试一次
        </Button>
      )}
    </div>
  );
}
