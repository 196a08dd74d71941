/** `<lantern-chat>`: a button, and the panel that it opens. */

import { LitElement, type PropertyValues, html, nothing, unsafeCSS } from "lit";
import { Api } from "./api";
import { Conversation, type Turn } from "./conversation";
import { Glossary } from "./glossary";
import { readLink } from "./link";
import { printText, saveText } from "./output";
import { ATTRIBUTES, type Settings, readSettings } from "./settings";
import { type Store, openStore } from "./storage";
import { fill } from "./strings";
import styles from "./styles.css?inline";
import { DEFAULT_LOOK, shown, watch } from "./theme";
import { transcript } from "./transcript";
import type { Hello } from "./types";
import { callLink } from "./views/call";
import { composerView, confirmView, consentView, grow, menuView, suggestionsView } from "./views/parts";
import { turnView } from "./views/turn";
import { type Look, SPEECH, type Ui, WARNING } from "./views/ui";

const PHONE_SIZE = "(max-width: 30rem), (max-height: 26rem)";
const SLOW = 4000;

export class LanternChat extends LitElement {
  static override styles = unsafeCSS(styles);

  static override get observedAttributes() {
    return [...super.observedAttributes, ...ATTRIBUTES];
  }

  private settings!: Settings;
  private api!: Api;
  private talk!: Conversation;
  private lookStore!: Store;
  private look: Look = DEFAULT_LOOK;
  private hello: Hello | null | undefined;
  private glossary = new Glossary([]);
  private opened = false;
  private menuOpen = false;
  private terms = new Set<string>();
  private reasonFor = "";
  private notice = "";
  private trouble = "";
  private unread = 0;
  private wanted: { id: string } | null = null;
  private returnTo: HTMLElement | null = null;
  private slow = 0;
  private stops: (() => void)[] = [];

  override connectedCallback(): void {
    this.setUp();
    super.connectedCallback();
    const on = (target: EventTarget, type: string, listener: () => void) => {
      target.addEventListener(type, listener);
      this.stops.push(() => target.removeEventListener(type, listener));
    };
    on(window, "hashchange", () => this.follow());
    on(window, "online", () => void this.talk.resume());
    on(window, "storage", () => this.talk.sync());
    on(matchMedia(PHONE_SIZE), "change", () => this.opened && this.place());
    if (window.visualViewport) on(window.visualViewport, "resize", () => this.fit());
    this.stops.push(watch(() => this.requestUpdate()));
    void this.talk.resume();
    this.follow();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stops.splice(0).forEach((stop) => stop());
  }

  override attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    super.attributeChangedCallback(name, old, value);
    if (this.isConnected && this.settings && old !== value) this.setUp();
  }

  /** Open the panel. Only ever called by the person's own doing: the button, a link, or the host's own button. */
  async open(): Promise<void> {
    if (this.opened) return;
    this.opened = true;
    this.unread = 0;
    this.returnTo = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    this.requestUpdate();
    await this.updateComplete;
    this.place();
    this.focusStart();
    this.scrollToTurn(this.talk.turns.length - 1);
    if (!this.hello) await this.greet();
  }

  close(): void {
    if (!this.opened) return;
    this.opened = this.menuOpen = false;
    this.panel.close();
    this.requestUpdate();
    void this.updateComplete.then(() => {
      const back = this.returnTo?.isConnected && this.returnTo !== document.body && this.returnTo !== this;
      (back ? this.returnTo! : this.part(".launcher"))?.focus();
    });
  }

  private setUp(): void {
    this.settings = readSettings((name) => this.getAttribute(name));
    const { server, history } = this.settings;
    this.api = new Api(server);
    this.talk = new Conversation(this.api, openStore(history, `lantern:${server}`), (event) => this.onTalk(event));
    this.lookStore = openStore(history, `lantern-look:${server}`);
    this.look = { ...DEFAULT_LOOK, ...(this.lookStore.load() as Look | null) };
    this.hello = undefined;
    this.requestUpdate();
  }

  private async greet(): Promise<void> {
    this.hello = undefined;
    this.requestUpdate();
    try {
      this.hello = await this.api.hello();
      this.glossary = new Glossary(this.hello.glossary);
    } catch {
      this.hello = null;
    }
    this.requestUpdate();
    await this.updateComplete;
    this.focusStart();
    if (this.hello) void this.askWanted();
  }

  /** A link to a question opens the panel and asks; before consent it waits. Words from a link are only filled in. */
  private follow(): void {
    const link = readLink(location.hash);
    if (!link) return;
    history.replaceState(history.state, "", location.pathname + location.search);
    if ("id" in link) this.wanted = link;
    void this.open().then(() => {
      const field = this.part<HTMLTextAreaElement>("#question");
      if ("words" in link && field) {
        field.value = link.words;
        grow(field);
      }
      void this.askWanted();
    });
  }

  private async askWanted(): Promise<void> {
    if (!this.wanted || !this.talk.consented) return;
    const { id } = this.wanted;
    this.wanted = null;
    try {
      const { title, payload } = await this.api.question(id);
      this.ask(title, payload);
    } catch {
      this.say(this.settings.strings.helloFailed);
    }
  }

  private ask(text: string, payload?: string): void {
    if (!payload && /^\/delete$/i.test(text)) return this.askDelete();
    this.say("");
    this.talk.ask(text, payload);
    this.scrollToTurn(this.talk.turns.length - 1);
    this.focusField();
  }

  private onTalk(event: "change" | "reply"): void {
    window.clearTimeout(this.slow);
    if (this.talk?.busy) this.slow = window.setTimeout(() => this.say(this.settings.strings.stillLooking), SLOW);
    else if (this.notice === this.settings.strings.stillLooking) this.notice = "";
    if (event === "reply") {
      if (this.opened) this.scrollToTurn(this.talk.turns.findIndex((turn) => turn.state !== "done") - 1);
      else this.unread += 1;
    }
    this.requestUpdate();
  }

  private accept(): void {
    this.say("");
    this.talk.consent();
    void this.updateComplete.then(() => this.focusStart());
    void this.askWanted();
  }

  private async rate(turn: Turn, answer: string, helpful: boolean, reason: string): Promise<void> {
    try {
      await this.talk.rate(turn, { answer, helpful, reason });
      this.reasonFor = "";
      await this.updateComplete;
      this.part(`[data-rated="${CSS.escape(`${turn.id}/${answer}`)}"]`)?.focus();
    } catch {
      this.say(this.settings.strings.rateFailed);
    }
  }

  private askDelete(): void {
    this.trouble = "";
    this.requestUpdate();
    this.part<HTMLDialogElement>(".confirm")!.showModal();
  }

  private async remove(): Promise<void> {
    try {
      await this.talk.remove();
    } catch {
      this.trouble = this.settings.strings.deleteFailed;
      return this.requestUpdate();
    }
    this.part<HTMLDialogElement>(".confirm")!.close();
    this.menuOpen = false;
    this.terms.clear();
    this.say(this.hello?.deleted || this.settings.strings.deleted);
    await this.updateComplete;
    this.focusStart();
  }

  private setLook(look: Look): void {
    this.look = look;
    this.lookStore.save(look);
    this.requestUpdate();
  }

  private text(): string {
    return transcript(this.talk.turns, this.settings.strings, new Date().toLocaleDateString(this.settings.strings.lang));
  }

  private say(notice: string): void {
    this.notice = notice;
    this.requestUpdate();
  }
  // __VIEWS__
}
