/** The reply contract (version 1) as the widget reads it. What comes over the network is checked field by field. */

export const KINDS = ["answer", "urgent", "personal", "smalltalk", "clarify", "fallback"] as const;
export type Kind = (typeof KINDS)[number];

export interface Source {
  title: string;
  publisher: string;
  /** http(s) only; empty when the server sent anything else. */
  url: string;
}

export interface Figure {
  /** Below the server's /figures/. */
  src: string;
  alt: string;
}

export interface Answer {
  id: string;
  title: string;
  summary: string;
  points: string[];
  sources: Source[];
  status: string;
  figure: Figure | null;
}

export interface Suggestion {
  title: string;
  payload: string;
}

export interface Reply {
  kind: Kind;
  opening: string;
  answers: Answer[];
  disclaimer: string;
  suggestions: Suggestion[];
}

/** The texts that the widget needs before the first message. */
export interface Hello {
  consent: string;
  emergencyLine: string;
  intro: string;
  disclaimer: string;
  rateLimited: string;
  deleted: string;
  sources: string;
  more: string;
  suggestions: Suggestion[];
  glossary: Map<string, string>;
}

type Fields = Record<string, unknown>;

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const fields = (value: unknown): Fields =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Fields) : {};

/** A reply, or null when it says nothing (then the person is offered to try again). */
export function readReply(json: unknown): Reply | null {
  const from = fields(json);
  const answers = list(from.answers).map(readAnswer).filter((answer) => answer.summary || answer.points.length);
  const opening = text(from.opening);
  if (!answers.length && !opening) return null;
  return {
    kind: KINDS.find((kind) => kind === from.kind) ?? "answer",
    opening,
    answers,
    disclaimer: text(from.disclaimer),
    suggestions: readSuggestions(from.suggestions),
  };
}

export function readHello(json: unknown): Hello | null {
  const from = fields(json);
  if (!text(from.consent)) return null;
  return {
    consent: text(from.consent),
    emergencyLine: text(from.emergency_line),
    intro: text(from.bot_intro),
    disclaimer: text(from.disclaimer),
    rateLimited: text(from.rate_limited),
    deleted: text(from.deleted),
    sources: text(from.sources_heading),
    more: text(from.more_questions),
    suggestions: readSuggestions(from.suggestions),
    glossary: new Map(Object.entries(fields(from.glossary)).map(([term, meaning]) => [term, text(meaning)])),
  };
}

export function readSuggestions(json: unknown): Suggestion[] {
  return list(json)
    .map(fields)
    .map((from) => ({ title: text(from.title), payload: text(from.payload) }))
    .filter((suggestion) => suggestion.title && suggestion.payload)
    .slice(0, 4);
}

function readAnswer(json: unknown): Answer {
  const from = fields(json);
  return {
    id: text(from.id),
    title: text(from.title),
    summary: text(from.summary),
    points: list(from.points).map(text).filter(Boolean),
    sources: list(from.sources).map(readSource),
    status: text(from.status),
    figure: readFigure(from.figure),
  };
}

function readSource(json: unknown): Source {
  const from = fields(json);
  const url = text(from.url);
  return { title: text(from.title), publisher: text(from.publisher), url: /^https?:\/\//i.test(url) ? url : "" };
}

function readFigure(json: unknown): Figure | null {
  const from = fields(json);
  const src = text(from.src);
  return /^\/figures\/[\w-]+\.svg$/.test(src) ? { src, alt: text(from.alt) } : null;
}
