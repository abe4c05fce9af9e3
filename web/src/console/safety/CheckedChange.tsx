import { Alert } from "antd";
import { Comparison } from "../versions/Comparison";
import type { Checked } from "./api";

/** What a change would mean: why it cannot be used, or in what it would alarm less, and every line of it. */
export function CheckedChange({ checked }: { checked: Checked }) {
  if (checked.problem) return <Alert type="warning" showIcon title={checked.problem} role="alert" />;
  return (
    <>
      {checked.weaker.length > 0 ? (
        <Alert
          type="error"
          showIcon
          role="alert"
          title="这个修改会让红旗报警变少"
          description={
            <ul>
              {checked.weaker.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          }
        />
      ) : (
        <p role="status">没有发现报警变少的地方。</p>
      )}
      <Comparison lines={checked.lines} label="将要改动的地方" />
    </>
  );
}
