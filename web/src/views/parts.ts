/** Writing a question, and confirming a deletion. */

import { html } from "lit";
import type { Ui } from "./ui";

export function composerView({ t }: Ui, send: (text: string) => void) {
  const submit = (event: Event) => {
    event.preventDefault();
    const field = (event.currentTarget as HTMLElement).querySelector("textarea")!;
    const text = field.value.trim();
    if (!text) return field.focus();
    field.value = "";
    grow(field);
    send(text);
  };
  const keys = (event: KeyboardEvent) => {
    // Enter ends a word for those who write with an input method
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
  };
  return html`<form class="composer" @submit=${submit} @keydown=${(event: KeyboardEvent) =>
    (event.target as HTMLElement).localName === "textarea" && keys(event)}>
    <label class="sr" for="question">${t.question}</label>
    <textarea
      id="question"
      rows="1"
      maxlength="4000"
      enterkeyhint="send"
      autocomplete="off"
      placeholder=${t.placeholder}
      @input=${(event: Event) => grow(event.target as HTMLTextAreaElement)}
    ></textarea>
    <button type="submit" class="main">${t.send}</button>
  </form>`;
}

/** As high as its text, to a limit that the style sets. */
export function grow(field: HTMLTextAreaElement): void {
  field.style.setProperty("height", "auto");
  field.style.setProperty("height", `${field.scrollHeight + 2}px`);
}

export function confirmView({ t }: Ui, trouble: string, yes: () => void, no: () => void) {
  return html`<h3 id="confirm-title">${t.deleteTitle}</h3>
    <p>${t.deleteText}</p>
    <p class="fail" role="alert">${trouble}</p>
    <div class="row">
      <button type="button" class="main" data-yes @click=${yes}>${t.deleteYes}</button>
      <button type="button" autofocus @click=${no}>${t.deleteNo}</button>
    </div>`;
}
