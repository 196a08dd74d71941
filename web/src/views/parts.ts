/** The parts of the panel around the conversation. */

import { html, nothing } from "lit";
import { fill } from "../strings";
import type { Suggestion } from "../types";
import { SIZES, type Look, THEMES, type Theme, type Ui } from "./ui";

export interface MenuActs {
  look(look: Look): void;
  save(): void;
  print(): void;
  remove(): void;
}

export function menuView({ t }: Ui, look: Look, hasTurns: boolean, act: MenuActs) {
  const step = SIZES.findIndex((size) => size >= look.size);
  const resize = (to: number) => act.look({ ...look, size: SIZES[to] ?? look.size });
  const recolour = (event: Event) => act.look({ ...look, theme: (event.target as HTMLSelectElement).value as Theme });
  return html`<div class="menu" id="menu">
    <div class="row" role="group" aria-label=${fill(t.size, look.size)}>
      <span aria-live="polite">${fill(t.size, look.size)}</span>
      <button type="button" aria-disabled=${step <= 0} @click=${() => resize(step - 1)}>${t.smaller}</button>
      <button type="button" aria-disabled=${step >= SIZES.length - 1} @click=${() => resize(step + 1)}>
        ${t.larger}
      </button>
    </div>
    <div class="row">
      <label for="theme">${t.colours}</label>
      <select id="theme" @change=${recolour}>
        ${THEMES.map((theme) => html`<option value=${theme} ?selected=${theme === look.theme}>${t[theme]}</option>`)}
      </select>
    </div>
    <div class="row">
      ${hasTurns
        ? html`<button type="button" @click=${act.save}>${t.save}</button>
            <button type="button" @click=${act.print}>${t.print}</button>`
        : nothing}
      <button type="button" data-delete @click=${act.remove}>${t.delete}</button>
    </div>
  </div>`;
}

export function consentView({ t, hello }: Ui, privacyUrl: string, accept: () => void, decline: () => void) {
  return html`<section class="consent" aria-labelledby="consent-title">
    <h3 id="consent-title" tabindex="-1">${t.consentTitle}</h3>
    <p>${hello!.intro}</p>
    <p>${hello!.consent}</p>
    ${privacyUrl
      ? html`<p><a href=${privacyUrl} target="_blank" rel="noopener">${t.privacy} <span class="sr">${t.newTab}</span></a></p>`
      : nothing}
    <div class="row">
      <button type="button" class="main" data-accept @click=${accept}>${t.accept}</button>
      <button type="button" @click=${decline}>${t.decline}</button>
    </div>
  </section>`;
}

export function suggestionsView(ui: Ui, title: string, suggestions: readonly Suggestion[]) {
  if (!suggestions.length) return nothing;
  return html`<div class="suggestions" role="group" aria-label=${title}>
    <p aria-hidden="true">${title}</p>
    ${suggestions.map(
      ({ title: text, payload }) =>
        html`<button type="button" @click=${() => ui.act.ask(text, payload)}>${text}</button>`,
    )}
  </div>`;
}

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
