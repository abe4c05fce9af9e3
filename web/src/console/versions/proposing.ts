import type { ReactNode } from "react";

/** What one kind of document is called where two clinicians change it. */
export interface Words {
  /** The page's and the list's name, and that of the group of documents in it. */
  label: string;
  group: string;
  /** Of the box that a document is written in, and what is to be known for it. */
  written: string;
  help: ReactNode;
  /** Of a change that watches less closely, and of one that does not. */
  weaker: string;
  same: string;
  /** What is told when a change was refused, and what stands where nothing is open. */
  refused: string;
  empty: string;
}

export interface Row {
  id: string;
  name: string;
  version: number;
}
