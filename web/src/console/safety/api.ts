// See clinic/safety.py and clinic/safety_proposals.py.
import { proposedApi } from "../versions/api";

export interface RedFlag {
  id: string;
  name: string;
  urgency: "call_120" | "emergency";
  advice: string[];
  source: string;
  version: number;
}

export const safetyApi = proposedApi<RedFlag>("/red-flags", "/red-flag-proposals");
