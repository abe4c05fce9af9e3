import type { ConversationRow, Holder } from "../api";

export const CHANNEL: Record<string, string> = { wechat: "微信", web: "网页", demo: "演示" };

const HOLDER: Record<Holder, string> = { waiting: "等人工", seat: "人工", bot: "助手" };

/** Who answers a conversation, as a tag. */
export function holderTag(row: ConversationRow): { className: string; children: string } {
  const name = HOLDER[row.holder];
  return { className: `holder ${row.holder}`, children: row.seat ? `${name} ${row.seat}` : name };
}
