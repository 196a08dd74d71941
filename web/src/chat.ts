/** Everything that the widget knows and does, without the page around it. */

import { Api } from "./api";
import { Conversation, type Turn } from "./conversation";
import { Glossary } from "./glossary";
import type { DeepLink } from "./link";
import type { Settings } from "./settings";
import { type Store, openStore } from "./storage";
import { DEFAULT_LOOK } from "./theme";
import { transcript } from "./transcript";
import type { Hello } from "./types";
import type { Look } from "./views/ui";

const SLOW = 4000;

export class Chat {
  readonly talk: Conversation;
  /** undefined: on its way; null: could not be had. */
  hello: Hello | null | undefined;
  glossary = new Glossary([]);
  look: Look;
  /** One line for the person, also read out. */
  notice = "";
  /** Why deleting failed. */
  trouble = "";
  terms = new Set<string>();
  reasonFor = "";
  /** Words from a link, for the question field. */
  words = "";
  private wanted = "";
  private slow: ReturnType<typeof setTimeout> | undefined;
  private readonly api: Api;
  private readonly looks: Store;

  constructor(
    private readonly settings: Settings,
    private readonly changed: (answered?: Turn) => void,
  ) {
    const { server, history } = settings;
    this.api = new Api(server);
    this.looks = openStore(history, `lantern-look:${server}`);
    this.look = { ...DEFAULT_LOOK, ...(this.looks.load() as Look | null) };
    this.talk = new Conversation(this.api, openStore(history, `lantern:${server}`), (turn) => this.onTalk(turn));
  }

  /** Fetch what is shown before the first message. */
  async greet(): Promise<void> {
    this.hello = undefined;
    this.changed();
    try {
      this.hello = await this.api.hello();
      this.glossary = new Glossary(this.hello.glossary);
    } catch {
      this.hello = null;
    }
    this.changed();
    if (this.hello) await this.askWanted();
  }

  accept(): void {
    this.notice = "";
    this.talk.consent();
    void this.askWanted();
  }

  /** What a link on the page asked for; before consent it waits. */
  async follow(link: DeepLink): Promise<void> {
    if ("words" in link) this.words = link.words;
    else this.wanted = link.id;
    this.changed();
    await this.askWanted();
  }

  ask(text: string, payload?: string): void {
    this.say("");
    this.talk.ask(text, payload);
  }

  toggleTerm(key: string): void {
    if (!this.terms.delete(key)) this.terms.add(key);
    this.changed();
  }

  askReason(key: string): void {
    this.reasonFor = key;
    this.changed();
  }

  async rate(turn: Turn, answer: string, helpful: boolean, reason: string): Promise<boolean> {
    try {
      await this.talk.rate(turn, { answer, helpful, reason });
      this.askReason("");
      return true;
    } catch {
      this.say(this.settings.strings.rateFailed);
      return false;
    }
  }

  async remove(): Promise<boolean> {
    try {
      await this.talk.remove();
    } catch {
      this.trouble = this.settings.strings.deleteFailed;
      this.changed();
      return false;
    }
    this.trouble = "";
    this.terms.clear();
    this.say(this.hello?.deleted || this.settings.strings.deleted);
    return true;
  }

  setLook(look: Look): void {
    this.look = look;
    this.looks.save(look);
    this.changed();
  }

  transcript(): string {
    const { strings } = this.settings;
    return transcript(this.talk.turns, strings, new Date().toLocaleDateString(strings.lang));
  }

  private say(notice: string): void {
    this.notice = notice;
    this.changed();
  }

  private async askWanted(): Promise<void> {
    if (!this.wanted || !this.talk.consented) return;
    const id = this.wanted;
    this.wanted = "";
    try {
      const { title, payload } = await this.api.question(id);
      this.ask(title, payload);
    } catch {
      this.say(this.settings.strings.helloFailed);
    }
  }

  private onTalk(answered?: Turn): void {
    const { stillLooking } = this.settings.strings;
    clearTimeout(this.slow);
    if (this.notice === stillLooking) this.notice = "";
    if (this.talk.busy) this.slow = setTimeout(() => this.say(stillLooking), SLOW);
    this.changed(answered);
  }
}
