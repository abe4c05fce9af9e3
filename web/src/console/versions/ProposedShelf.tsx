import { Alert, Button, Spin } from "antd";
import { type ReactNode, useCallback, useEffect, useState } from "react";
import { type Me, may } from "../account";
import { sentence } from "../http";
import type { DocumentPage, Proposal, ProposalPage, ProposedApi } from "./api";
import { DocumentList } from "./DocumentList";
import { ProposalEditor } from "./ProposalEditor";
import { ProposalView, STATE } from "./ProposalView";
import type { Row, Words } from "./proposing";
import "./versions.css";

type Open = { document: DocumentPage } | { proposal: ProposalPage };

const WAITING = "等待审核";
const DONE = "处理过的修改";
const NEW: DocumentPage = { id: "", text: "", versions: [] };

interface Props<R extends Row> {
  me: Me;
  api: ProposedApi<R>;
  words: Words;
  /** What stands over the text of one document. */
  about: (row: R) => ReactNode;
  state?: (row: R) => string;
  /** Where documents can be added: what the button is called, and the text that a new one begins with. */
  blank?: { name: string; text: string };
}

/** Documents that two clinicians change together, and the changes that wait for the second one. */
export function ProposedShelf<R extends Row>({ me, api, words, about, state, blank }: Props<R>) {
  const [rows, setRows] = useState<R[]>();
  const [proposals, setProposals] = useState<Proposal[]>([]);
  const [open, setOpen] = useState<Open>();
  const [drafts, setDrafts] = useState<Readonly<Record<string, string>>>({});
  const [problem, setProblem] = useState("");
  const editable = may(me, "propose_safety");
  const load = useCallback(async () => {
    try {
      setRows(await api.rows());
      setProposals(await api.proposals());
      setProblem("");
    } catch (failed) {
      setProblem(sentence(failed));
    }
  }, [api]);
  useEffect(() => void load(), [load]);
  const show = async (id: string) => {
    try {
      if (proposals.some((one) => one.id === id)) setOpen({ proposal: await api.proposal(id) });
      else if (id) setOpen({ document: await api.page(id) });
      else setOpen(undefined);
      setProblem("");
    } catch (failed) {
      setProblem(sentence(failed));
    }
  };
  if (!rows) return problem ? <Alert type="warning" showIcon title={problem} role="alert" /> : <Spin className="no-case" aria-label="正在打开" />;
  const nameOf = (id: string) => rows.find((one) => one.id === id)?.name ?? id;
  const after = async (id: string) => {
    await load();
    await show(id);
  };
  const proposalItem = (one: Proposal) => ({ id: one.id, group: one.state === "proposed" ? WAITING : DONE, name: nameOf(one.name), state: `${one.by} ${STATE[one.state]}` });
  const items = [
    ...proposals.filter((one) => one.state === "proposed").map(proposalItem),
    ...rows.map((one) => ({ id: one.id, group: words.group, name: one.name, state: state?.(one) ?? (one.version ? `第 ${one.version} 版` : "") })),
    ...proposals.filter((one) => one.state !== "proposed").map(proposalItem),
  ];
  const page = open && "document" in open ? open.document : undefined;
  const row = rows.find((one) => one.id === page?.id);
  return (
    <div className="shelf">
      <div className="shelf-side">
        <DocumentList label={words.label} items={items} open={open && ("document" in open ? open.document.id : open.proposal.id)} onOpen={(id) => void show(id)} />
        {blank && editable && (
          <Button type="text" onClick={() => setOpen({ document: NEW })}>
            {blank.name}
          </Button>
        )}
      </div>
      <div className="shelf-main">
        {problem && <Alert type="warning" showIcon title={problem} role="alert" />}
        {page && (row || !page.id) && (
          <ProposalEditor
            key={`${page.id}/${page.versions.length}`}
            api={api}
            words={words}
            page={page}
            name={row?.name ?? blank?.name ?? ""}
            editable={editable}
            draft={drafts[page.id] ?? (page.id ? page.text : (blank?.text ?? ""))}
            onDraft={(text) => setDrafts((all) => ({ ...all, [page.id]: text }))}
            onProposed={() => {
              setDrafts(({ [page.id]: _gone, ...others }) => others);
              void after(page.id);
            }}
          >
            {row && about(row)}
          </ProposalEditor>
        )}
        {open && "proposal" in open && (
          <ProposalView
            key={open.proposal.id}
            api={api}
            words={words}
            proposal={open.proposal}
            name={nameOf(open.proposal.name)}
            deciding={may(me, "approve_safety")}
            onDecided={() => void after(open.proposal.id)}
          />
        )}
        {!open && <p className="empty no-case">{words.empty}</p>}
      </div>
    </div>
  );
}
