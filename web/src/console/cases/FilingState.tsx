import { Button, Popconfirm } from "antd";
import { exact } from "../polling";
import type { Filing } from "./api";
import { FILING, unfiled } from "./names";

interface Props {
  filing: Filing;
  who: string;
  onAgain: ((own: boolean) => void) | undefined;
}

/** Whether a confirmed report is in the hospital's own records; where it is not, why, and the way to try again. */
export function FilingState({ filing, who, onAgain }: Props) {
  const failed = filing.state === "failed";
  return (
    <div className={`case-filing ${filing.state}`} role="status" aria-label="归档">
      <span title={exact(filing.at)}>{FILING[filing.state]}</span>
      {failed && <span className="muted">{unfiled(filing.problem)}</span>}
      {failed && onAgain && (
        <Button size="small" onClick={() => onAgain(false)}>
          再试一次
        </Button>
      )}
      {filing.problem === "no_patient" && onAgain && (
        <Popconfirm
          title={`单子上的姓名就是登记的 ${who}？`}
          okText="是同一个人"
          cancelText="不能确定"
          onConfirm={() => onAgain(true)}
        >
          <Button size="small">确认是本人的，归档</Button>
        </Popconfirm>
      )}
    </div>
  );
}
