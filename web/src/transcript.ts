/** A conversation as plain text, for saving and printing. */

import type { Turn } from "./conversation";
import type { Strings } from "./strings";
import type { Answer } from "./types";

const RULE = "\n\n* * *\n\n";

export function transcript(turns: readonly Turn[], t: Strings, day: string): string {
  const head = `${t.transcriptTitle}, ${day}\n\n${t.emergency}`;
  return [head, ...turns.map((turn) => turnText(turn, t))].join(RULE) + "\n";
}

function turnText({ text, reply }: Turn, t: Strings): string {
  const answers = reply?.answers.map((answer) => answerText(answer, t)) ?? [];
  const blocks = [`${t.you} ${text}`, reply?.opening, ...answers, reply?.disclaimer];
  return blocks.filter(Boolean).join("\n\n");
}

function answerText(answer: Answer, t: Strings): string {
  const sources = answer.sources.map(({ publisher, title, url }) => `- ${publisher}: ${title}${url && ` <${url}>`}`);
  const lines = [
    answer.title,
    answer.summary,
    ...answer.points.map((point) => `• ${point}`),
    answer.figure ? `(${answer.figure.alt})` : "",
    sources.length ? `${t.sources}:` : "",
    ...sources,
    answer.status,
  ];
  return lines.filter(Boolean).join("\n");
}
