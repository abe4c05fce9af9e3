import type { Filing, Kind, Level, Who } from "./api";

export const KIND: Record<Kind, string> = {
  skin: "皮肤",
  rehab: "康复",
  report: "报告",
  emergency: "急症",
  handover: "转人工",
  complaint: "投诉",
  follow_up: "随访",
};

export const LEVEL: Record<Level, string> = {
  emergency: "马上",
  urgent: "30 分钟内",
  routine: "24 小时内",
  second_look: "抽查复核",
};

export const OUTCOME: Record<string, string> = {
  answered: "已答复患者",
  sent_for: "请患者来院",
  emergency_care: "已转急救",
  agreed: "同意机器结果",
  corrected: "已更正机器结果",
  not_reached: "联系不上",
  not_needed: "无需处理",
};

export const STEP: Record<string, string> = {
  opened: "建立",
  raised: "升级",
  claimed: "领取",
  released: "放回",
  reassigned: "转交",
  rang: "响铃",
  graded: "评定",
  replied: "回复患者",
  closed: "结束",
  filed: "归档",
  not_filed: "归档失败",
};

export const FILING: Record<Filing["state"], string> = {
  waiting: "待归档",
  filed: "已归档到医院系统",
  failed: "归档失败",
};

// Why a report could not be put into the hospital's records.
const UNFILED: Record<string, string> = {
  no_patient: "没有登记就诊人，或单子上的姓名没能和登记的核对",
  patient_unknown: "医院系统里没有这位患者",
  no_consent: "患者没有同意保存报告，或已撤回",
  erased: "患者的资料已删除",
  away: "医院系统一天都没有接通",
};

export const unfiled = (problem: unknown) => UNFILED[String(problem)] ?? "";

// Why a case is here; red flags come with their own names.
const REASON: Record<string, string> = {
  urgent: "高风险，两周内应面诊",
  dermatologist: "建议皮肤科面诊",
  unclear: "机器看不准",
  psoriasis: "疑似银屑病，请评 PASI",
  second_look: "低风险抽查",
  not_read: "照片没读出来",
  high_risk: "高风险",
  changed: "与上次照片比有变化",
  history: "患者补充了病史",
  critical_value: "检验危急值",
  critical_unconfirmed: "可能是危急值，待核对",
  out_of_range: "有指标超出参考范围",
  sensitive: "有5级敏感项目，请当面告知",
  ask_back: "有数值待患者核对",
  unreadable: "有数值没看清",
  narrative: "检查报告",
  other_person: "姓名与登记不符",
  rehab_pain: "训练时疼痛",
  rehab_missed_days: "多日未训练",
  rehab_unnamed_video: "不知道是哪个动作",
  rehab_cannot_film: "多次拍摄不合格",
  rehab_falling_scores: "得分连续下降",
  rehab_first_video: "首个视频",
  rehab_sample: "抽查复核",
  followup_soon: "随访回答需要看",
  followup_at_once: "随访回答要马上看",
  followup_words: "随访留言",
  followup_unanswered: "随访没有回答",
  asked: "患者要求人工",
  complaint: "患者投诉",
  not_understood: "助手没听懂",
  identity: "身份核对不上",
  red_flag: "红旗症状",
  error: "系统出错",
  transferred: "同事转来",
};

export const reasonName = (reason: string) => REASON[reason] ?? reason;

const SEX = { female: "女", male: "男" } as const;

/** "王*明 62 岁 女", or what is known of it. */
export function whoName(who: Who): string {
  const parts = [who.name || "未登记患者"];
  if (who.age_years !== null) parts.push(`${who.age_years} 岁`);
  if (who.sex) parts.push(SEX[who.sex]);
  return parts.join(" ");
}
