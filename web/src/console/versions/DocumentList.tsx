import { Input } from "antd";
import { useState } from "react";

export interface Item {
  id: string;
  group: string;
  name: string;
  state: string;
}

interface Props {
  label: string;
  items: Item[];
  open: string | undefined;
  onOpen: (id: string) => void;
}

/** What can be opened, by group; found by any of its words. */
export function DocumentList({ label, items, open, onOpen }: Props) {
  const [words, setWords] = useState("");
  const found = items.filter((item) => `${item.id}${item.name}`.includes(words.trim()));
  const groups = [...new Set(found.map((item) => item.group))];
  return (
    <nav aria-label={label} className="shelf-list queue">
      <Input allowClear aria-label={`搜索${label}`} placeholder="搜索" value={words} onChange={(event) => setWords(event.target.value)} />
      {groups.map((group) => (
        <section key={group} aria-label={group}>
          <h2>{group}</h2>
          <ul>
            {found
              .filter((item) => item.group === group)
              .map((item) => (
                <li key={item.id}>
                  <button type="button" aria-current={item.id === open} onClick={() => onOpen(item.id)}>
                    {item.name} <span className="muted small">{item.state}</span>
                  </button>
                </li>
              ))}
          </ul>
        </section>
      ))}
      {!found.length && <p className="empty">没有找到。</p>}
    </nav>
  );
}
