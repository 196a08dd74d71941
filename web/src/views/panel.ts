/** The panel around the conversation. */

import { type TemplateResult, html, nothing } from "lit";
import type { Conversation } from "../conversation";
import { fill } from "../strings";
import type { Suggestion } from "../types";
import { callLink } from "./call";
import { turnView } from "./turn";
import { type Look, SIZES, THEMES, type Theme, type Ui, WARNING } from "./ui";

export interface PanelActs {
  look(look: Look): void;
  save(): void;
  print(): void;
  erase(): void;
  toggleMenu(): void;
  close(): void;
  greet(): void;
  accept(): void;
}

/** The emergency line stands here, so that it is there in every state. */
export function headerView(ui: Ui, act: PanelActs, menuOpen: boolean, look: Look, hasTurns: boolean): TemplateResult {
  const { t, hello } = ui;
  return html`<header>
      <div>
        <h2 id="title">${t.title}</h2>
        <p>${t.subtitle}</p>
      </div>
      <button type="button" aria-expanded=${menuOpen} aria-controls="menu" @click=${act.toggleMenu}>${t.menu}</button>
      <button type="button" @click=${act.close}>${t.close}</button>
    </header>
    <div class="emergency">
      <p>${WARNING} ${hello?.emergencyLine || t.emergency}</p>
      ${callLink(ui)}
    </div>
    <div id="menu" ?hidden=${!menuOpen}>${menuOpen ? menuView(ui, act, look, hasTurns) : nothing}</div>`;
}

export function bodyView(ui: Ui, act: PanelActs, talk: Conversation, privacyUrl: string): TemplateResult {
  const { t, hello } = ui;
  const last = talk.turns.at(-1);
  const next = last ? last.reply?.suggestions : hello?.suggestions;
  return html`<div class="scroll" tabindex="0" role="group" aria-label=${t.log}>
    ${startView(ui, act, talk.consented, privacyUrl)}
    <div role="log" aria-label=${t.log}>${talk.turns.map((turn) => turnView(ui, turn))}</div>
    ${talk.busy ? html`<p class="typing" aria-hidden="true"><i></i><i></i><i></i> ${t.looking}</p>` : nothing}
    ${talk.consented ? suggestionsView(ui, last ? hello?.more || t.more : t.startersTitle, next ?? []) : nothing}
  </div>`;
}

/** What comes before the first question: the notice and consent, or who is speaking. */
function startView(ui: Ui, act: PanelActs, consented: boolean, privacyUrl: string) {
  const { t, hello } = ui;
  if (hello === null) {
    return html`<div class="note fail">
      <p>${WARNING} ${t.helloFailed}</p>
      <button type="button" data-greet @click=${act.greet}>${t.again}</button>
    </div>`;
  }
  if (consented) return hello ? html`<p class="welcome">${hello.intro}</p>` : nothing;
  return hello ? consentView(ui, act, privacyUrl) : html`<p class="typing">${t.loading}</p>`;
}

function consentView({ t, hello }: Ui, act: PanelActs, privacyUrl: string) {
  return html`<section class="consent" aria-labelledby="consent-title">
    <h3 id="consent-title" tabindex="-1">${t.consentTitle}</h3>
    <p>${hello!.intro}</p>
    <p>${hello!.consent}</p>
    ${privacyUrl
      ? html`<p><a href=${privacyUrl} target="_blank" rel="noopener">${t.privacy} <span class="sr">${t.newTab}</span></a></p>`
      : nothing}
    <div class="row">
      <button type="button" class="main" data-accept @click=${act.accept}>${t.accept}</button>
      <button type="button" @click=${act.close}>${t.decline}</button>
    </div>
  </section>`;
}

function menuView({ t }: Ui, act: PanelActs, look: Look, hasTurns: boolean) {
  const step = SIZES.findIndex((size) => size >= look.size);
  const resize = (to: number) => act.look({ ...look, size: SIZES[to] ?? look.size });
  const recolour = (event: Event) => act.look({ ...look, theme: (event.target as HTMLSelectElement).value as Theme });
  return html`<div class="menu">
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
      <button type="button" data-delete @click=${act.erase}>${t.delete}</button>
    </div>
  </div>`;
}

function suggestionsView(ui: Ui, title: string, suggestions: readonly Suggestion[]) {
  if (!suggestions.length) return nothing;
  return html`<div class="suggestions" role="group" aria-label=${title}>
    <p aria-hidden="true">${title}</p>
    ${suggestions.map(
      ({ title: text, payload }) =>
        html`<button type="button" @click=${() => ui.act.ask(text, payload)}>${text}</button>`,
    )}
  </div>`;
}
