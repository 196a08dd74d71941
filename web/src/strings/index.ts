/** The languages of the widget: add a file beside en.ts and a line here. */

import { type Strings, en } from "./en";

export type { Strings };

const LANGUAGES: Record<string, Strings> = { en };

export function stringsFor(language: string): Strings {
  return LANGUAGES[language.toLowerCase()] ?? LANGUAGES[language.slice(0, 2).toLowerCase()] ?? en;
}

/** Put a number or word in the place of `{n}`. */
export function fill(text: string, value: string | number): string {
  return text.replace("{n}", () => String(value));
}
