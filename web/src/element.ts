/** `<lantern-chat>`: a button, and the panel that it opens. */

import { LitElement, html, nothing, unsafeCSS } from "lit";
import { Chat } from "./chat";
import type { Turn } from "./conversation";
import { readLink } from "./link";
import { printText, saveText } from "./output";
import { ATTRIBUTES, type Settings, readSettings } from "./settings";
import { fill } from "./strings";
import styles from "./styles.css?inline";
import { shown, watch } from "./theme";
import { type PanelActs, bodyView, headerView } from "./views/panel";
import { composerView, confirmView, grow } from "./views/parts";
import { SPEECH, type Ui } from "./views/ui";

const PHONE = "(max-width: 30rem), (max-height: 26rem)";

export class LanternChat extends LitElement {
  static override styles = unsafeCSS(styles);

  static override get observedAttributes() {
    return [...super.observedAttributes, ...ATTRIBUTES];
  }

  private settings!: Settings;
  private chat!: Chat;
  private opened = false;
  private menuOpen = false;
  private unread = 0;
  private returnTo: Element | null = null;
  private stops: (() => void)[] = [];

  override connectedCallback(): void {
    this.setUp();
    super.connectedCallback();
    this.listen(window, "hashchange", () => this.follow());
    this.listen(window, "online", () => void this.chat.talk.resume());
    this.listen(window, "storage", () => this.chat.talk.sync());
    this.listen(matchMedia(PHONE), "change", () => this.opened && this.place());
    if (window.visualViewport) this.listen(window.visualViewport, "resize", () => this.fit());
    this.stops.push(watch(() => this.requestUpdate()));
    void this.chat.talk.resume();
    this.follow();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.opened = this.menuOpen = false;
    this.find<HTMLDialogElement>(".panel")?.close();
    this.stops.splice(0).forEach((stop) => stop());
  }

  override attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    super.attributeChangedCallback(name, old, value);
    if (this.isConnected && this.settings && old !== value) this.setUp();
  }

  /** Only ever by the person's own doing: the button, a link to a question, or a button of the host page. */
  async open(): Promise<void> {
    if (this.opened) return;
    this.returnTo = document.activeElement;
    this.opened = true;
    this.unread = 0;
    this.requestUpdate();
    await this.updateComplete;
    this.place();
    this.focusStart();
    this.reveal(this.chat.talk.turns.at(-1));
    if (this.chat.hello) return;
    await this.chat.greet();
    await this.updateComplete;
    if (this.find(".panel") === this.shadowRoot!.activeElement) this.focusStart();
  }

  close(): void {
    if (!this.opened) return;
    this.opened = this.menuOpen = false;
    this.panel.close();
    this.requestUpdate();
    void this.updateComplete.then(() => {
      const back = this.returnTo as HTMLElement | null;
      const gone = !back?.isConnected || back === document.body || back === this;
      (gone ? this.find(".launcher") : back)?.focus();
    });
  }

  private get panel(): HTMLDialogElement {
    return this.find<HTMLDialogElement>(".panel")!;
  }

  private find<T extends HTMLElement>(selector: string): T | null {
    return this.shadowRoot?.querySelector<T>(selector) ?? null;
  }

  private listen(target: EventTarget, type: string, listener: () => void): void {
    target.addEventListener(type, listener);
    this.stops.push(() => target.removeEventListener(type, listener));
  }

  private setUp(): void {
    this.settings = readSettings((name) => this.getAttribute(name));
    this.chat = new Chat(this.settings, (answered) => this.onChange(answered));
    this.requestUpdate();
  }

  private onChange(answered?: Turn): void {
    if (answered && !this.opened) this.unread += 1;
    this.requestUpdate();
    if (answered && this.opened) this.reveal(answered);
  }

  private follow(): void {
    const link = readLink(location.hash);
    if (!link) return;
    history.replaceState(history.state, "", location.pathname + location.search); // so that the link works again
    void this.chat.follow(link);
    void this.open();
  }

  /** Over the whole screen on phones, with the page behind it out of reach; else a window in the corner. */
  private place(): void {
    const focused = this.shadowRoot!.activeElement as HTMLElement | null;
    this.panel.close();
    if (matchMedia(PHONE).matches) this.panel.showModal();
    else this.panel.show();
    this.fit();
    focused?.focus();
  }

  /** Keep the question field above a phone's keyboard; while zoomed in, the size has nothing to do with it. */
  private fit(): void {
    const { height, scale } = window.visualViewport ?? { height: 0, scale: 0 };
    if (scale === 1) this.style.setProperty("--lantern-viewport", `${height}px`);
  }

  private focusStart(): void {
    const { hello, talk } = this.chat;
    if (talk.consented) this.focusField();
    else if (hello) this.find("#consent-title")!.focus();
    else (this.find("[data-greet]") ?? this.panel).focus();
  }

  /** On a touch screen the field would bring up the keyboard, over the answer. */
  private focusField(): void {
    this.find(matchMedia("(pointer: coarse)").matches ? ".scroll" : "#question")?.focus();
  }

  /** The start of a turn to the top: long answers are read from their first line. */
  private reveal(turn: Turn | undefined): void {
    void this.updateComplete.then(() => {
      const shownTurn = turn && this.find(`[data-turn="${turn.id}"]`);
      if (!shownTurn) return;
      const inner = this.find(".scroll")!;
      const alone = inner.scrollHeight > inner.clientHeight;
      const box = alone ? inner : this.panel;
      const bar = alone ? 0 : this.find(".emergency")!.offsetHeight; // stays at the top while the panel scrolls
      box.scrollTop += shownTurn.getBoundingClientRect().top - box.getBoundingClientRect().top - bar - 8;
    });
  }

  private async accept(): Promise<void> {
    this.chat.accept();
    await this.updateComplete;
    this.focusField();
  }

  private ask(text: string, payload?: string): void {
    if (!payload && text.toLowerCase() === "/delete") return this.askDelete();
    this.chat.ask(text, payload);
    this.reveal(this.chat.talk.turns.at(-1));
    this.focusField();
  }

  private async askReason(key: string): Promise<void> {
    const before = this.chat.reasonFor;
    this.chat.askReason(key);
    await this.updateComplete;
    this.find(key ? "#reason" : `[data-why="${before}"]`)?.focus();
  }

  private async rate(turn: Turn, answer: string, helpful: boolean, reason: string): Promise<void> {
    if (!(await this.chat.rate(turn, answer, helpful, reason))) return;
    await this.updateComplete;
    this.find(`[data-rated="${turn.id}/${answer}"]`)?.focus();
  }

  private askDelete(): void {
    this.chat.trouble = "";
    this.requestUpdate();
    this.confirm.showModal();
  }

  private get confirm(): HTMLDialogElement {
    return this.find<HTMLDialogElement>(".confirm")!;
  }

  private async erase(): Promise<void> {
    if (!(await this.chat.remove())) return;
    this.confirm.close();
    this.menuOpen = false;
    this.requestUpdate();
    await this.updateComplete;
    this.focusStart();
  }

  private toggleMenu(open = !this.menuOpen): void {
    this.menuOpen = open;
    this.requestUpdate();
    if (!open) this.find("[aria-controls=menu]")?.focus();
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    event.stopPropagation();
    if (this.menuOpen) this.toggleMenu(false);
    else this.close();
  }

  private get ui(): Ui {
    const { settings, chat } = this;
    return {
      t: settings.strings,
      server: settings.server,
      emergency: settings.emergency,
      hello: chat.hello,
      glossary: chat.glossary,
      terms: chat.terms,
      reasonFor: chat.reasonFor,
      act: {
        ask: (text, payload) => this.ask(text, payload),
        retry: (turn) => chat.talk.retry(turn),
        toggleTerm: (key) => chat.toggleTerm(key),
        askReason: (key) => void this.askReason(key),
        rate: (...verdict) => void this.rate(...verdict),
      },
    };
  }

  private get acts(): PanelActs {
    const { chat } = this;
    return {
      look: (look) => chat.setLook(look),
      save: () => saveText(chat.transcript(), this.settings.strings.file),
      print: () => printText(chat.transcript(), this.settings.strings.transcriptTitle),
      erase: () => this.askDelete(),
      toggleMenu: () => this.toggleMenu(),
      close: () => this.close(),
      greet: () => void chat.greet(),
      accept: () => void this.accept(),
    };
  }

  protected override render() {
    const { ui, acts, chat, settings, opened, unread } = this;
    const { t } = ui;
    const { dark, contrast } = shown(chat.look, (query) => matchMedia(query).matches);
    const colours = (dark ? "dark" : "light") + (contrast ? " contrast" : "");
    return html`<div class="root" lang=${t.lang} dir=${settings.direction} data-colours=${colours} data-size=${chat.look.size}>
      <button type="button" class="launcher main" aria-haspopup="dialog" ?hidden=${opened} @click=${this.open}>
        ${SPEECH} <span>${settings.label}</span>
        ${unread ? html`<span class="badge">${unread > 1 ? fill(t.unreadMany, unread) : t.unreadOne}</span>` : nothing}
      </button>
      <dialog
        class="panel"
        tabindex="-1"
        aria-labelledby="title"
        @keydown=${this.onKey}
        @cancel=${(event: Event) => event.preventDefault()}
        @close=${() => this.opened && !this.panel.open && this.close()}
      >
        ${headerView(ui, acts, this.menuOpen, chat.look, chat.talk.turns.length > 0)}
        ${bodyView(ui, acts, chat.talk, settings.privacyUrl)}
        <p class="notice" role="status">${chat.notice}</p>
        ${chat.talk.consented ? composerView(ui, (text) => this.ask(text)) : nothing}
      </dialog>
      <dialog class="confirm" aria-labelledby="confirm-title">
        ${confirmView(ui, chat.trouble, () => void this.erase(), () => this.confirm.close())}
      </dialog>
    </div>`;
  }

  protected override updated(): void {
    const field = this.find<HTMLTextAreaElement>("#question");
    if (!field || !this.chat.words) return;
    field.value = this.chat.words;
    this.chat.words = "";
    grow(field);
  }
}
