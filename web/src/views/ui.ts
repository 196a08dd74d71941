/** What the views need to know and may do. */

import { svg } from "lit";
import type { Turn } from "../conversation";
import type { Glossary } from "../glossary";
import type { Strings } from "../strings";
import type { Hello } from "../types";

export const THEMES = ["auto", "light", "dark", "contrast"] as const;
export type Theme = (typeof THEMES)[number];

export interface Look {
  /** Text size in percent. */
  size: number;
  theme: Theme;
}

export const SIZES = [100, 125, 150, 200] as const;

export interface Ui {
  t: Strings;
  server: string;
  /** undefined: on its way; null: could not be had. */
  hello: Hello | null | undefined;
  glossary: Glossary;
  /** What the call links dial; `chosen` when the host page set it, so that it fits the visitors' country. */
  emergency: { number: string; chosen: boolean };
  /** Explanations that are open, as `turn/answer/word`. */
  terms: ReadonlySet<string>;
  /** The answer whose reason is being asked for, as `turn/answer`. */
  reasonFor: string;
  act: {
    ask(text: string, payload?: string): void;
    retry(turn: Turn): void;
    toggleTerm(key: string): void;
    askReason(key: string): void;
    rate(turn: Turn, answer: string, helpful: boolean, reason: string): void;
  };
}

const icon = (path: string) =>
  svg`<svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false"><path d=${path} /></svg>`;

export const WARNING = icon("M12 2 1 21h22zm-1 8h2v5h-2zm0 7h2v2h-2z");
export const PHONE = icon("M6 2 3 5c0 9 7 16 16 16l3-3-5-4-3 2c-2-1-5-4-6-6l2-3z");
export const SPEECH = icon("M3 3h18v14H9l-6 5zm4 4v2h10V7zm0 4v2h7v-2z");
export const UP = icon("M2 10h4v11H2zm6 0 4-8c2 0 3 1 3 3l-1 4h6c1 0 2 1 2 2l-2 8c0 1-1 2-2 2H8z");
export const DOWN = icon("M22 14h-4V3h4zm-6 0-4 8c-2 0-3-1-3-3l1-4H4c-1 0-2-1-2-2l2-8c0-1 1-2 2-2h10z");
