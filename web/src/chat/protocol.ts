/** What browser and gateway say to each other: the same as channels/web/protocol.py and care/replies.py. */

export interface QuickReply {
  title: string;
  payload: string;
}

export interface EmergencyCard {
  kind: "emergency";
  title: string;
  advice: string[];
  phone: string;
  entrance: string;
}

export interface DepartmentCard {
  kind: "departments";
  urgency: string;
  urgency_text: string;
  departments: { name: string; parent: string; reason: string; payload: string }[];
  rationale: string;
  /** Missing in messages of before there were any. */
  doctors?: DoctorOption[];
}

export interface SlotOption {
  slot_id: string;
  starts_at: string;
  ends_at: string;
  doctor: string;
  doctor_title: string;
  department: string;
  fee: string;
  remaining: number;
  payload: string;
}

export interface SlotCard {
  kind: "slots";
  department: string;
  slots: SlotOption[];
}

export interface DoctorOption {
  name: string;
  title: string;
  department: string;
  skills: string[];
  next_slot_at: string | null;
  fee: string | null;
  payload: string;
  reason: string;
}

export interface DoctorCard {
  kind: "doctors";
  doctors: DoctorOption[];
}

export interface ConfirmCard {
  kind: "confirm";
  title: string;
  rows: [string, string][];
  confirm: QuickReply;
  change: QuickReply;
}

export interface AppointmentCard {
  kind: "appointment";
  appointment_id: string;
  state: string;
  patient: string;
  department: string;
  doctor: string;
  doctor_title: string;
  starts_at: string;
  ends_at: string;
  place: string;
  fee: string;
  bring: string[];
}

export interface InsuranceCard {
  kind: "insurance";
  title: string;
  policy: string;
  policy_date: string;
  steps: [string, string][];
  total: string;
}

export type GuideSubject = "skin" | "report" | "rehab";

export interface PhotoGuideCard {
  kind: "photo_guide";
  subject: GuideSubject;
  title: string;
  tips: string[];
}

export interface ConsentCard {
  kind: "consent";
  purpose: string;
  version: string;
  title: string;
  link: string;
}

export interface DownloadCard {
  kind: "download";
  title: string;
  link: string;
  until: string;
}

export interface ReportRow {
  name: string;
  value: string;
  range: string;
  direction: "low" | "high" | "abnormal";
  flag: string;
}

export interface TrendLine {
  title: string;
  unit: string;
  low: number | null;
  high: number | null;
  points: { day: string; value: number }[];
}

export interface ReportCard {
  kind: "report";
  title: string;
  day: string | null;
  rows: ReportRow[];
  trends: TrendLine[];
}

export interface ProgressCard {
  kind: "progress";
  title: string;
  trends: TrendLine[];
  note: string;
}

export interface AskBackCard {
  kind: "ask_back";
  title: string;
  picture: string;
  /** Left, top, right, bottom on the picture, in shares of its width and height. */
  box: [number, number, number, number];
}

export type Card =
  | EmergencyCard
  | DepartmentCard
  | SlotCard
  | DoctorCard
  | ConfirmCard
  | AppointmentCard
  | InsuranceCard
  | PhotoGuideCard
  | ConsentCard
  | DownloadCard
  | ReportCard
  | ProgressCard
  | AskBackCard;

export type Holder = "bot" | "waiting" | "seat";
export type MediaStage = "received" | "checking" | "analysing" | "done" | "handed_over";
export type MediaKind = "image" | "video" | "voice" | "file";

export interface ServerMessage {
  type: "message";
  seq: number;
  id: string;
  client_id: string | null;
  author: "patient" | "bot" | "staff";
  kind: string;
  text: string;
  card: Card | null;
  quick_replies: QuickReply[];
  created_at: string;
  label: string;
  state: string;
  media: string | null;
  /** How far the job of a file has come; missing for what is no file. */
  stage?: MediaStage | null;
}

export type ServerFrame =
  | ServerMessage
  | { type: "ack"; id: string; seq: number; state: string }
  | { type: "state"; seq: number; state: string; media: string | null; stage: MediaStage | null }
  | { type: "typing"; on: boolean }
  | { type: "holder"; holder: Holder }
  | { type: "pong" }
  | { type: "error"; code: string; text: string; id?: string | null; retry_after_ms?: number };

export type Outgoing =
  | { type: "message"; id: string; text: string }
  | { type: "choice"; id: string; title: string; payload: string };

export type ClientFrame =
  | Outgoing
  | { type: "resume"; last_seq: number }
  | { type: "seen"; last_seq: number }
  | { type: "ping" };

export interface ChatConfig {
  hospital_name: string;
  welcome: string;
  emergency_entrance: string;
  emergency_phone: string;
  service_phone: string;
  timezone: string;
  limits: { text_chars: number; image_bytes: number; video_bytes: number; voice_bytes: number; file_bytes: number };
  accepted_types: Record<MediaKind, string[]>;
}

export interface History {
  messages: ServerMessage[];
  earlier: boolean;
  holder: Holder;
}
