import { Alert } from "antd";
import { useEffect, useState } from "react";
import type { Kind } from "../cases/api";
import { KIND } from "../cases/names";
import { sentence } from "../http";
import type { Line } from "../versions/api";
import { VersionHistory } from "../versions/VersionHistory";
import { cannedApi, type CannedVersion } from "./api";

/** Every version of one reply; an old one is taken into the editor. */
export function CannedHistory({ id, onPutBack }: { id: string; onPutBack: (old: CannedVersion) => void }) {
  const [versions, setVersions] = useState<CannedVersion[]>();
  const [problem, setProblem] = useState("");
  useEffect(() => {
    cannedApi.versions(id).then(setVersions, (failed: unknown) => setProblem(sentence(failed)));
  }, [id]);
  if (problem) return <Alert type="warning" showIcon title={problem} role="alert" />;
  const inUse = versions?.[0];
  if (!versions || !inUse) return null;
  const of = (version: number) => versions.find((one) => one.version === version) ?? inUse;
  return (
    <VersionHistory
      versions={versions}
      load={(version) => Promise.resolve({ version, text: of(version).text, lines: [...kindLines(inUse, of(version)), ...of(version).lines] })}
      onPutBack={(old) => onPutBack(of(old.version))}
    />
  );
}

/** What becomes of the kind of case that a reply is for, as lines before those of its title and text. */
export function kindLines(inUse: CannedVersion, old: CannedVersion): Line[] {
  const said = (one: CannedVersion) => `用于：${KIND[one.kind as Kind] ?? "所有病例"}`;
  if (!inUse.dropped && !old.dropped && said(inUse) === said(old)) return [{ mark: "same", text: said(old) }];
  return [
    ...(inUse.dropped ? [] : [{ mark: "removed" as const, text: said(inUse) }]),
    ...(old.dropped ? [] : [{ mark: "added" as const, text: said(old) }]),
  ];
}
