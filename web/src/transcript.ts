/** A conversation as plain text, for saving and printing. */

import type { Turn } from "./conversation";
import type { Strings } from "./strings";
import type { Answer, Reply } from "./types";

export function transcript(turns: readonly Turn[], t: Strings, day: string): string {
  const blocks = turns.map((turn) => [`${t.you} ${turn.text}`, ...(turn.reply ? replyLines(turn.reply, t) : [])]);
  return [`${t.transcriptTitle}, ${day}`, t.emergency, ...blocks.map((lines) => lines.join("\n"))].join("\n\n") + "\n";
}

function replyLines(reply: Reply, t: Strings): string[] {
  return [reply.opening, ...reply.answers.flatMap((answer) => answerLines(answer, t)), "", reply.disclaimer].filter(
    (line, index, lines) => line || (index > 0 && lines[index - 1]),
  );
}

function answerLines(answer: Answer, t: Strings): string[] {
  const sources = answer.sources.map(({ publisher, title, url }) => `- ${publisher}: ${title}${url && ` <${url}>`}`);
  return [
    "",
    answer.title,
    answer.summary,
    ...answer.points.map((point) => `• ${point}`),
    ...(answer.figure ? [`(${answer.figure.alt})`] : []),
    ...(sources.length ? [`${t.sources}:`, ...sources] : []),
    ...(answer.status ? [answer.status] : []),
  ];
}
