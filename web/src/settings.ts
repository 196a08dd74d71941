/** What the host page says in attributes (docs/widget.md has a row for each). */

import type { History } from "./storage";
import { type Strings, stringsFor } from "./strings";

export const ATTRIBUTES = ["server", "lang", "dir", "history", "emergency-number", "privacy-url", "label"];

// the script that is running now; later, when elements are made, it can no longer be told
const script = typeof document === "undefined" ? null : (document.currentScript as HTMLScriptElement | null);

export interface Settings {
  /** The server's address without a slash at its end; by default where the script came from. */
  server: string;
  strings: Strings;
  direction: string;
  history: History;
  emergency: { number: string; chosen: boolean };
  privacyUrl: string;
  label: string;
}

export function readSettings(attribute: (name: string) => string | null, from = script?.src ?? ""): Settings {
  const strings = stringsFor(attribute("lang") ?? "en");
  const number = attribute("emergency-number") ?? "";
  const chosen = /^\+?\d{2,15}$/.test(number);
  const privacyUrl = attribute("privacy-url") ?? "";
  return {
    server: (attribute("server") || from.replace(/\/widget\.js([?#].*)?$/, "")).replace(/\/+$/, ""),
    strings,
    direction: attribute("dir") === "rtl" ? "rtl" : strings.dir,
    history: attribute("history") === "day" ? "day" : "tab",
    emergency: { number: chosen ? number : "112", chosen },
    privacyUrl: /^(https?:\/\/|\/(?!\/))/.test(privacyUrl) ? privacyUrl : "",
    label: attribute("label") || strings.launcher,
  };
}
