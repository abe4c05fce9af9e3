import { Alert } from "antd";
import type { Checked } from "./api";
import { Comparison } from "./Comparison";
import type { Words } from "./proposing";

/** What a change would mean: why it cannot be used, or in what it would watch less closely, and every line of it. */
export function CheckedChange({ checked, words }: { checked: Checked; words: Words }) {
  if (checked.problem) return <Alert type="warning" showIcon title={checked.problem} role="alert" />;
  return (
    <>
      {checked.weaker.length > 0 ? (
        <Alert
          type="error"
          showIcon
          role="alert"
          title={words.weaker}
          description={
            <ul>
              {checked.weaker.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          }
        />
      ) : (
        <p role="status">{words.same}</p>
      )}
      <Comparison lines={checked.lines} label="将要改动的地方" />
    </>
  );
}
