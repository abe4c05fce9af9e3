import { useCallback, useEffect, useRef, useState } from "react";
import type { Me } from "../account";
import { useKeys } from "../desk/keys";
import { useLive } from "../desk/live";
import { go } from "../desk/route";
import { sentence } from "../http";
import { caseApi, type CaseFilter, type CaseRow, type Counts } from "./api";
import { CaseDesk } from "./CaseDesk";
import { CaseQueue } from "./CaseQueue";
import { changed, extended, following, merged, neighbour, NOTHING, type Shown } from "./queue";

const FIRST: CaseFilter = { view: "open", kind: "", level: "" };

/** The queue, one case, and what to do with it. The next case comes by itself after closing. */
export function CasesPage({ me, id }: { me: Me; id: string | undefined }) {
  const [filter, setFilter] = useState(FIRST);
  const [shown, setShown] = useState<Shown>(NOTHING);
  const [counts, setCounts] = useState<Counts>();
  const [loaded, setLoaded] = useState(false);
  const [problem, setProblem] = useState("");
  const asked = useRef(0);

  const load = useCallback(async (wanted: CaseFilter) => {
    const turn = ++asked.current;
    try {
      const page = await caseApi.list(wanted);
      if (turn === asked.current) {
        setShown({ rows: page.rows, next: page.next, fresh: 0 });
        setLoaded(true);
        setProblem("");
      }
      return page.rows;
    } catch (failed) {
      if (turn === asked.current) setProblem(sentence(failed));
      return [];
    }
  }, []);
  const count = useCallback(() => void caseApi.counts().then(setCounts, () => undefined), []);
  useEffect(() => {
    setLoaded(false);
    void load(filter);
    count();
  }, [filter, load, count]);

  // What moved elsewhere: rows change where they stand, new ones are counted.
  useLive(["cases"], () => {
    count();
    if (problem) return void load(filter);
    const turn = asked.current;
    void caseApi.list(filter).then(
      (page) => {
        if (turn === asked.current) setShown((before) => merged(before, page.rows));
      },
      () => undefined,
    );
  });

  const open = (case_id: string) => go("cases", case_id);
  const onMore = () => {
    if (!shown.next) return;
    void caseApi.list(filter, shown.next).then(
      (page) => setShown((before) => extended(before, page)),
      () => undefined,
    );
  };
  const onChanged = (change: Partial<CaseRow>) => {
    if (id) setShown((before) => changed(before, id, change));
    count();
  };
  const onClosed = async () => {
    const next = following(shown.rows, id, me.username);
    go("cases", next?.id);
    const rows = await load(filter);
    if (!next && rows[0] && filter.view === "open") open(rows[0].id);
    count();
  };
  const step = (by: 1 | -1) => {
    const row = neighbour(shown.rows, id, by);
    if (row) open(row.id);
  };
  useKeys({ j: () => step(1), k: () => step(-1), n: () => void load(filter) });

  return (
    <div className="cases">
      <CaseQueue
        shown={shown}
        counts={counts}
        loaded={loaded}
        problem={problem}
        filter={filter}
        onFilter={setFilter}
        open={id}
        onOpen={open}
        onFresh={() => void load(filter)}
        onMore={onMore}
        me={me.username}
      />
      {id ? (
        <CaseDesk key={id} id={id} me={me} onChanged={onChanged} onClosed={() => void onClosed()} />
      ) : (
        <p className="empty no-case">
          从左边选一个病例。<kbd>J</kbd> 下一个，<kbd>K</kbd> 上一个，<kbd>C</kbd> 领取，<kbd>R</kbd> 回复，<kbd>G</kbd> 评定，
          <kbd>T</kbd> 转交，<kbd>E</kbd> 结束。
        </p>
      )}
    </div>
  );
}
