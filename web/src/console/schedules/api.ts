// See clinic/schedules.py, opening.py.
import { call } from "../http";

export type PartOfDay = "morning" | "afternoon" | "evening";

export interface Clinic {
  doctor_id: string;
  doctor: string;
  doctor_title: string;
  department: string;
  part_of_day: PartOfDay;
  starts_at: string;
  ends_at: string;
  capacity: number;
  taken: number;
  stopped: boolean;
}

export interface Booking {
  id: string;
  patient: string;
  department: string;
  doctor: string;
  starts_at: string;
  state: string;
}

export interface Stop {
  day: string;
  doctor_id?: string;
  part_of_day?: PartOfDay;
}

export interface Doctor {
  id: string;
  name: string;
  title: string;
  department: string;
  place: string;
}

/** An empty place is the doctor's usual one. */
export interface Opening {
  doctor_id: string;
  day: string;
  part_of_day: PartOfDay;
  places: number;
  place: string;
}

export const scheduleApi = {
  clinics: (day: string) => call<Clinic[]>("GET", `/schedules?${new URLSearchParams({ day }).toString()}`),
  bookings: (day: string) => call<Booking[]>("GET", `/bookings?${new URLSearchParams({ day }).toString()}`),
  cancel: (id: string) => call<void>("POST", `/bookings/${id}/cancel`),
  doctors: () => call<Doctor[]>("GET", "/doctors"),
  open: (opening: Opening) => call<{ slots: number }>("POST", "/schedules/open", opening),
  stop: (stop: Stop) => call<{ appointments: number; told: number }>("POST", "/schedules/stop", stop),
};
