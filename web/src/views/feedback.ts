/** Thumbs up or down; down asks for a reason, which may stay empty. */

import { html } from "lit";
import type { Turn } from "../conversation";
import { DOWN, UP, type Ui } from "./ui";

export function feedbackView(ui: Ui, turn: Turn, answer: string) {
  const { t, act } = ui;
  const key = `${turn.id}/${answer}`;
  if (answer in turn.rated) return html`<p class="status" tabindex="-1" data-rated=${key}>${t.rated}</p>`;
  const asking = ui.reasonFor === key;
  return html`<div class="rate" role="group" aria-label=${t.rate}>
      <button type="button" class="quiet" @click=${() => act.rate(turn, answer, true, "")}>${UP} ${t.helpful}</button>
      <button type="button" class="quiet" data-why=${key} aria-expanded=${asking} @click=${() => act.askReason(asking ? "" : key)}>
        ${DOWN} ${t.unhelpful}
      </button>
    </div>
    ${asking ? reasonForm(ui, turn, answer) : ""}`;
}

function reasonForm({ t, act }: Ui, turn: Turn, answer: string) {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const { value } = (event.target as HTMLFormElement).elements.namedItem("reason") as HTMLTextAreaElement;
    act.rate(turn, answer, false, value.trim());
  };
  const escape = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    act.askReason("");
  };
  return html`<form class="reason" aria-live="off" @submit=${submit} @keydown=${escape}>
    <label for="reason">${t.reason}</label>
    <textarea id="reason" name="reason" rows="2" maxlength="500"></textarea>
    <button type="submit">${t.sendReason}</button>
    <button type="button" class="quiet" @click=${() => act.askReason("")}>${t.cancel}</button>
  </form>`;
}
