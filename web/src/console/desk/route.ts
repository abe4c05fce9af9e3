import { useEffect, useState } from "react";

export type Page = "cases" | "conversations" | "figures" | "schedules" | "canned" | "knowledge" | "safety" | "followups" | "accounts" | "audit";

export interface Route {
  page: Page;
  id: string | undefined;
}

const PAGES: readonly string[] = ["cases", "conversations", "figures", "schedules", "canned", "knowledge", "safety", "followups", "accounts", "audit"];

/** "#/cases/0123" to page and id; what is unknown is the first page of `allowed`. */
export function parsed(hash: string, allowed: readonly Page[]): Route {
  const [, page = "", id] = /^#\/([a-z]+)(?:\/([0-9a-f]{16}))?$/.exec(hash) ?? [];
  if (PAGES.includes(page) && allowed.includes(page as Page)) return { page: page as Page, id };
  return { page: allowed[0] ?? "cases", id: undefined };
}

export const go = (page: Page, id?: string) => {
  location.hash = id ? `#/${page}/${id}` : `#/${page}`;
};

/** Where the person is, by the address: a case can be opened in a second window or sent to a colleague. */
export function useRoute(allowed: readonly Page[]): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const moved = () => setHash(location.hash);
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, []);
  return parsed(hash, allowed);
}
