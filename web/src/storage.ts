/** Where the browser keeps a conversation: for the tab, or for 24 hours. No cookie, nothing is sent. */

export type History = "tab" | "day";

const DAY = 24 * 60 * 60 * 1000;

export interface Store {
  load(): unknown;
  save(value: unknown): void;
  clear(): void;
}

/** Private windows and blocked storage throw: the conversation then lives as long as the page. */
export function openStore(
  history: History,
  key: string,
  now: () => number = Date.now,
  area: () => Storage = () => (history === "day" ? localStorage : sessionStorage),
): Store {
  const attempt = <T>(step: (storage: Storage) => T): T | undefined => {
    try {
      return step(area());
    } catch {
      return undefined;
    }
  };
  const clear = () => void attempt((storage) => storage.removeItem(key));
  return {
    clear,
    load() {
      const kept = attempt((storage) => JSON.parse(storage.getItem(key) ?? "null"));
      if (!kept || typeof kept.until !== "number" || kept.until < now()) {
        if (kept) clear();
        return null;
      }
      return kept.value;
    },
    save(value) {
      attempt((storage) => storage.setItem(key, JSON.stringify({ until: now() + DAY, value })));
    },
  };
}
