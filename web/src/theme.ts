/** Colours and size as the person chose them, else as the device says. */

import type { Look } from "./views/ui";

const QUERIES = ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"] as const;

export const DEFAULT_LOOK: Look = { size: 100, theme: "auto" };

export interface Shown {
  dark: boolean;
  contrast: boolean;
}

export function shown({ theme }: Look, matches: (query: string) => boolean): Shown {
  const [dark, contrast] = [matches(QUERIES[0]), matches(QUERIES[1])];
  if (theme === "contrast") return { dark: true, contrast: true };
  return { dark: theme === "auto" ? dark : theme === "dark", contrast };
}

/** Call `changed` when the device's wish changes; returns how to stop. */
export function watch(changed: () => void): () => void {
  const queries = QUERIES.map((query) => matchMedia(query));
  queries.forEach((query) => query.addEventListener("change", changed));
  return () => queries.forEach((query) => query.removeEventListener("change", changed));
}
