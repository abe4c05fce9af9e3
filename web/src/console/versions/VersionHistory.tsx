import { Alert, Button, Modal } from "antd";
import { useState } from "react";
import { sentence } from "../http";
import type { Version, VersionText } from "./api";
import { Comparison } from "./Comparison";

interface Props {
  versions: Version[];
  load: (version: number) => Promise<VersionText>;
  /** Takes an old text into the editor, where it is published as a new version; not given where nothing is edited. */
  onPutBack: ((old: VersionText) => void) | undefined;
}

const title = (one: Version) => (one.version ? `第 ${one.version} 版` : "系统自带（第 0 版）");

/** Every version, the newest first: who, when, why; any can be looked at against the one in force. */
export function VersionHistory({ versions, load, onPutBack }: Props) {
  const [seen, setSeen] = useState<VersionText>();
  const [problem, setProblem] = useState("");
  const look = (version: number) =>
    load(version).then(
      (found) => {
        setProblem("");
        setSeen(found);
      },
      (failed: unknown) => setProblem(sentence(failed)),
    );
  return (
    <section aria-label="版本">
      <h2>版本</h2>
      {problem && <Alert type="warning" showIcon title={problem} role="alert" />}
      <ul className="sessions">
        {versions.map((one, place) => (
          <li key={one.version}>
            <div>
              <strong>{title(one)}</strong>
              {place === 0 && <span className="muted"> 现在的一版</span>}
              <p className="muted">
                {[one.by, one.approved_by && `${one.approved_by} 审核`, one.at && new Date(one.at).toLocaleString("zh-CN"), one.note].filter(Boolean).join(" · ")}
              </p>
            </div>
            {place > 0 && (
              <Button size="small" aria-label={`对比 ${title(one)}`} onClick={() => void look(one.version)}>
                对比
              </Button>
            )}
          </li>
        ))}
      </ul>
      {seen && (
        <Modal
          open
          width={820}
          title={`现在的一版 → 第 ${seen.version} 版`}
          onCancel={() => setSeen(undefined)}
          cancelText="关闭"
          okText="用这一版的内容"
          okButtonProps={{ hidden: !onPutBack || !seen.text }}
          onOk={() => {
            onPutBack?.(seen);
            setSeen(undefined);
          }}
        >
          <Comparison lines={seen.lines} label="两版的不同" />
        </Modal>
      )}
    </section>
  );
}
