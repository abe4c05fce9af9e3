// See clinic/versions.py.
export interface Version {
  version: number;
  note: string;
  by: string;
  approved_by: string | null;
  at: string | null;
}

export interface Line {
  mark: "same" | "removed" | "added";
  text: string;
}

export interface VersionText {
  version: number;
  text: string;
  lines: Line[];
}
