import { Alert, Spin } from "antd";
import { useCallback, useEffect, useState } from "react";
import { type Me, may } from "../account";
import { sentence } from "../http";
import { DocumentList } from "../versions/DocumentList";
import "../versions/versions.css";
import { type Proposal, type ProposalPage, type RedFlag, type RedFlagPage, safetyApi } from "./api";
import { FlagEditor } from "./FlagEditor";
import { ProposalView, STATE } from "./ProposalView";

type Open = { flag: RedFlagPage } | { proposal: ProposalPage };

const WAITING = "等待审核";
const DONE = "处理过的修改";

/** The red flags, and the changes of them that wait for a second clinician. */
export function SafetyPage({ me }: { me: Me }) {
  const [flags, setFlags] = useState<RedFlag[]>();
  const [proposals, setProposals] = useState<Proposal[]>([]);
  const [open, setOpen] = useState<Open>();
  const [drafts, setDrafts] = useState<Readonly<Record<string, string>>>({});
  const [problem, setProblem] = useState("");
  const editable = may(me, "propose_safety");
  const load = useCallback(async () => {
    try {
      setFlags(await safetyApi.flags());
      setProposals(await safetyApi.proposals());
      setProblem("");
    } catch (failed) {
      setProblem(sentence(failed));
    }
  }, []);
  useEffect(() => void load(), [load]);
  const show = async (id: string) => {
    try {
      if (proposals.some((one) => one.id === id)) setOpen({ proposal: await safetyApi.proposal(id) });
      else setOpen({ flag: await safetyApi.flag(id) });
      setProblem("");
    } catch (failed) {
      setProblem(sentence(failed));
    }
  };
  if (!flags) return problem ? <Alert type="warning" showIcon title={problem} role="alert" /> : <Spin className="no-case" aria-label="正在打开" />;
  const nameOf = (id: string) => flags.find((flag) => flag.id === id)?.name ?? id;
  const flag = open && "flag" in open ? flags.find((one) => one.id === open.flag.id) : undefined;
  const after = async (id: string) => {
    await load();
    await show(id);
  };
  const proposalItem = (one: Proposal) => ({ id: one.id, group: one.state === "proposed" ? WAITING : DONE, name: nameOf(one.name), state: `${one.by} ${STATE[one.state]}` });
  const items = [
    ...proposals.filter((one) => one.state === "proposed").map(proposalItem),
    ...flags.map((one) => ({ id: one.id, group: "红旗症状", name: one.name, state: one.version ? `第 ${one.version} 版` : "" })),
    ...proposals.filter((one) => one.state !== "proposed").map(proposalItem),
  ];
  return (
    <div className="shelf">
      <DocumentList label="红旗" items={items} open={open && ("flag" in open ? open.flag.id : open.proposal.id)} onOpen={(id) => void show(id)} />
      <div className="shelf-main">
        {problem && <Alert type="warning" showIcon title={problem} role="alert" />}
        {open && "flag" in open && flag && (
          <FlagEditor
            key={`${flag.id}/${open.flag.versions.length}`}
            flag={flag}
            page={open.flag}
            editable={editable}
            draft={drafts[flag.id] ?? open.flag.text}
            onDraft={(text) => setDrafts((all) => ({ ...all, [flag.id]: text }))}
            onProposed={() => {
              setDrafts(({ [flag.id]: _gone, ...others }) => others);
              void after(flag.id);
            }}
          />
        )}
        {open && "proposal" in open && (
          <ProposalView key={open.proposal.id} proposal={open.proposal} name={nameOf(open.proposal.name)} deciding={may(me, "approve_safety")} onDecided={() => void after(open.proposal.id)} />
        )}
        {!open && <p className="empty no-case">每条消息都按这些红旗筛查。一位医生提出修改，另一位医生审核同意后才生效；停用一条红旗不能在这里做。</p>}
      </div>
    </div>
  );
}
