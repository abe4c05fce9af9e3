import type { ConversationRow, Holder } from "../api";

export const CHANNEL: Record<string, string> = { wechat: "微信", web: "网页", demo: "演示" };

const HOLDER: Record<Holder, string> = { waiting: "等人工", seat: "人工", bot: "助手" };

/** Who answers a conversation, as a tag. */
export function holderTag(row: ConversationRow): { className: string; children: string } {
  const name = HOLDER[row.holder];
  return { className: `holder ${row.holder}`, children: row.seat ? `${name} ${row.seat}` : name };
}

/** In the queue's filter: the seat's own groups. */
export const OWN = "own";

/** Those of a group ("" for all): of one's own also what waits for nobody in particular, and what one has. */
export const ofGroup = (rows: ConversationRow[], group: string, own: string[], me: string) =>
  rows.filter(({ skill_group, seat }) =>
    group === OWN ? !own.length || !skill_group || own.includes(skill_group) || seat === me : !group || skill_group === group,
  );
