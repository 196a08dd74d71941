/** One question and its reply. */

import { type TemplateResult, html, nothing } from "lit";
import type { Trouble } from "../api";
import type { Turn } from "../conversation";
import { fill } from "../strings";
import type { Answer, Figure, Source } from "../types";
import { callLink } from "./call";
import { feedbackView } from "./feedback";
import { type Ui, WARNING } from "./ui";

export function turnView(ui: Ui, turn: Turn): TemplateResult {
  return html`<div class="turn" data-turn=${turn.id}>
    <p class="me"><span class="sr">${ui.t.you} </span>${turn.text}</p>
    ${turn.reply ? replyView(ui, turn) : stateView(ui, turn)}
  </div>`;
}

function stateView(ui: Ui, turn: Turn) {
  const { t } = ui;
  if (turn.state === "waiting") return html`<p class="note">${turn.trouble ? t.offline : t.waiting}</p>`;
  if (turn.state !== "failed") return nothing;
  const trouble = turn.trouble as Exclude<Trouble, "ended">;
  const busy = trouble === "busy";
  return html`<div class="note fail">
    <p>${WARNING} ${busy ? ui.hello?.rateLimited || t.busy : t[trouble]}</p>
    ${busy ? html`<p>${fill(t.busyWait, turn.wait ?? 60)}</p>` : nothing}
    <button type="button" @click=${() => ui.act.retry(turn)}>${t.again}</button>
  </div>`;
}

function replyView(ui: Ui, turn: Turn) {
  const { t } = ui;
  const { kind, opening, answers, disclaimer } = turn.reply!;
  const flag = kind === "urgent" ? t.urgentAnswer : kind === "personal" ? t.personalAnswer : "";
  return html`<article class="reply ${kind}" aria-label=${flag || t.answer}>
    ${flag ? html`<p class="flag">${kind === "urgent" ? WARNING : nothing} ${flag}</p>` : nothing}
    ${kind === "urgent" ? callLink(ui, true) : nothing}
    ${opening ? html`<p class="opening">${opening}</p>` : nothing}
    ${answers.map((answer) => answerView(ui, turn, answer))}
    ${disclaimer ? html`<p class="disclaimer">${disclaimer}</p>` : nothing}
  </article>`;
}

function answerView(ui: Ui, turn: Turn, answer: Answer) {
  const seen = new Set<string>();
  const key = `${turn.id}/${answer.id}`;
  const explained = (text: string) => explainedText(ui, key, text, seen);
  return html`<section class="card">
    ${answer.title ? html`<h3>${answer.title}</h3>` : nothing}
    ${answer.summary ? html`<p class="summary">${explained(answer.summary)}</p>` : nothing}
    ${answer.points.length
      ? html`<ul>
          ${answer.points.map((point) => html`<li>${explained(point)}</li>`)}
        </ul>`
      : nothing}
    ${answer.figure ? figureView(ui, answer.figure) : nothing}
    ${answer.sources.length ? sourcesView(ui, answer.sources) : nothing}
    ${answer.status ? html`<p class="status">${answer.status}</p>` : nothing}
    ${ratable(answer) ? feedbackView(ui, turn, answer.id) : nothing}
  </section>`;
}

/** Small talk and "not understood" are no answers that one could rate. */
function ratable(answer: Answer): boolean {
  return !!answer.id && !/^(smalltalk|fallback)\./.test(answer.id);
}

function explainedText(ui: Ui, key: string, text: string, seen: Set<string>) {
  const pieces = ui.glossary.split(text, seen);
  const open: TemplateResult[] = [];
  const shown = pieces.map((piece) => {
    if (typeof piece === "string") return piece;
    const name = `${key}/${piece.word}`;
    const expanded = ui.terms.has(name);
    if (expanded) open.push(html`<span class="meaning"><b>${piece.word}:</b> ${piece.meaning}</span>`);
    return html`<button type="button" class="term" aria-expanded=${expanded} @click=${() => ui.act.toggleTerm(name)}
      >${piece.word}</button
    >`;
  });
  return [shown, open];
}

function figureView(ui: Ui, figure: Figure) {
  const missing = (event: Event) => (event.target as HTMLElement).closest("figure")!.classList.add("missing");
  return html`<figure>
    <img src=${ui.server + figure.src} alt=${figure.alt} referrerpolicy="no-referrer" @error=${missing} />
    <p class="note">${ui.t.figureMissing}</p>
    <details>
      <summary>${ui.t.figureText}</summary>
      <p>${figure.alt}</p>
    </details>
  </figure>`;
}

function sourcesView(ui: Ui, sources: Source[]) {
  const publishers = [...new Set(sources.map((source) => source.publisher).filter(Boolean))];
  return html`<details class="sources">
    <summary>${ui.hello?.sources || ui.t.sources}: ${publishers.join(", ")}</summary>
    <ul>
      ${sources.map((source) => html`<li>${sourceView(ui, source)}</li>`)}
    </ul>
  </details>`;
}

function sourceView(ui: Ui, { publisher, title, url }: Source) {
  const name = [publisher, title].filter(Boolean).join(": ");
  if (!url) return name;
  return html`<a href=${url} target="_blank" rel="noopener noreferrer"
    >${name} <span class="sr">${ui.t.newTab}</span></a
  >`;
}
