// Signing in, one's own account, and everybody's for the security officer.
import { call } from "./http";

export type Role = "clinician" | "nurse" | "agent" | "operator" | "security_officer" | "auditor";

export interface Me {
  username: string;
  name: string;
  role: Role;
  departments: string[];
  permissions: string[];
  on_duty: boolean;
  by_provider: boolean;
  idle_s: number;
}

export interface SignInStep {
  next: "factor" | "enrol" | "password" | "done";
  me: Me | null;
}

export interface Offered {
  secret: string;
  uri: string;
}

export interface SessionRow {
  id: string;
  username: string;
  address: string;
  browser: string;
  created_at: string;
  last_seen_at: string;
  mine: boolean;
}

export interface StaffRow {
  id: string;
  username: string;
  name: string;
  role: Role;
  departments: string[];
  on_duty: boolean;
  skill_groups: string[];
  /** Conversations at once; null for as many as the house says. */
  seat_capacity: number | null;
  by_provider: boolean;
  factor_since: string | null;
  last_seen_at: string | null;
  disabled_at: string | null;
}

export interface OneTime {
  username: string;
  password: string;
}

export const ROLE: Record<Role, string> = {
  clinician: "医生",
  nurse: "护士",
  agent: "客服",
  operator: "运维",
  security_officer: "安全管理员",
  auditor: "审计员",
};

/** Every department there is. */
export const EVERY_DEPARTMENT = "*";

export const may = (me: Me, permission: string) => me.permissions.includes(permission);

export const account = {
  ways: () => call<{ provider: string }>("GET", "/sign-in"),
  signIn: (username: string, password: string) => call<SignInStep>("POST", "/sign-in", { username, password }),
  proveFactor: (code: string) => call<SignInStep>("POST", "/sign-in/factor", { code }),
  offerFactor: () => call<Offered>("POST", "/sign-in/enrolment"),
  confirmFactor: (code: string) =>
    call<SignInStep & { recovery_codes: string[] }>("POST", "/sign-in/enrolment/confirm", { code }),
  choosePassword: (next: string) => call<SignInStep>("POST", "/sign-in/password", { new: next }),
  signOut: () => call<void>("POST", "/sign-out"),
  me: () => call<Me>("GET", "/me"),

  changePassword: (old: string, next: string) => call<void>("POST", "/password", { old, new: next }),
  factor: () => call<{ enrolled_at: string | null; codes_left: number }>("GET", "/account/factor"),
  changeFactor: (code: string) => call<Offered>("POST", "/account/factor", { code }),
  confirmChangedFactor: (code: string) =>
    call<{ recovery_codes: string[] }>("POST", "/account/factor/confirm", { code }),
  newRecoveryCodes: (code: string) => call<{ recovery_codes: string[] }>("POST", "/account/recovery-codes", { code }),
  sessions: () => call<SessionRow[]>("GET", "/account/sessions"),
  endSession: (id: string) => call<void>("DELETE", `/account/sessions/${id}`),
  setOnDuty: (on_duty: boolean) => call<void>("PUT", "/account/on-duty", { on_duty }),

  departments: () => call<string[]>("GET", "/departments"),
  skillGroups: () => call<{ id: string; name: string }[]>("GET", "/skill-groups"),
  staff: () => call<StaffRow[]>("GET", "/staff"),
  addStaff: (wanted: Pick<StaffRow, "username" | "name" | "role" | "departments" | "skill_groups" | "seat_capacity">) =>
    call<OneTime>("POST", "/staff", wanted),
  changeStaff: (id: string, change: Partial<Pick<StaffRow, "name" | "role" | "departments" | "on_duty" | "skill_groups" | "seat_capacity">>) =>
    call<void>("PATCH", `/staff/${id}`, change),
  resetPassword: (id: string) => call<OneTime>("POST", `/staff/${id}/reset-password`),
  resetFactor: (id: string) => call<void>("POST", `/staff/${id}/reset-factor`),
  disable: (id: string) => call<void>("POST", `/staff/${id}/disable`),
  enable: (id: string) => call<void>("POST", `/staff/${id}/enable`),
  allSessions: () => call<SessionRow[]>("GET", "/sessions"),
  revoke: (id: string) => call<void>("DELETE", `/sessions/${id}`),

  stepUp: (wanted: { conversation: string } | { department: string }, code: string, reason: string) =>
    call<{ expires_at: string }>("POST", "/step-up", { ...wanted, code, reason }),
  widened: () => call<{ department: string; expires_at: string }[]>("GET", "/step-up"),
};
