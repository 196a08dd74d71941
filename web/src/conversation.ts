/** What was asked and answered, and what is still to be sent. Knows nothing of how it is shown. */

import { type Api, ApiError, type Trouble, type Verdict, type Wanted } from "./api";
import type { Store } from "./storage";
import { type Reply, readReply } from "./types";

export interface Turn {
  id: number;
  /** What the person wrote, or the title of the button. */
  text: string;
  payload?: string;
  /** waiting: queued, also while offline; sending: on its way; failed: `trouble` says why; done: has a `reply`. */
  state: "waiting" | "sending" | "failed" | "done";
  reply?: Reply;
  trouble?: Trouble;
  /** Seconds until the server takes messages again. */
  wait?: number;
  /** Verdicts by answer id. */
  rated: Record<string, boolean>;
}

const MOST_KEPT = 50;

interface Kept {
  consented?: boolean;
  tokens?: string[];
  turns?: Turn[];
}

export class Conversation {
  turns: Turn[] = [];
  consented = false;
  /** All tokens of this conversation: each names a part of it on the server, and deleting must reach all. */
  private tokens: string[] = [];
  private running = false;
  private era = 0;

  constructor(
    private readonly api: Api,
    private readonly store: Store,
    /** Called after every change; with the turn when its reply has come. */
    private readonly changed: (answered?: Turn) => void,
    private readonly online: () => boolean = () => navigator.onLine,
  ) {
    this.restore();
  }

  get busy(): boolean {
    return this.turns.some((turn) => turn.state === "sending");
  }

  consent(): void {
    this.consented = true;
    this.update();
  }

  /** Queue a question. Nothing is ever sent before consent. */
  ask(text: string, payload?: string): void {
    if (!this.consented || !text.trim()) return;
    const id = (this.turns.at(-1)?.id ?? 0) + 1;
    this.turns = [...this.turns, { id, text: text.trim(), payload, state: "waiting", rated: {} }];
    this.update();
    void this.resume();
  }

  retry(turn: Turn): void {
    turn.state = "waiting";
    this.update();
    void this.resume();
  }

  /** Send what waits, one after the other, so that answers keep the order of the questions. */
  async resume(): Promise<void> {
    if (this.running || !this.consented) return;
    this.running = true;
    for (let turn = this.next(); turn && this.online(); turn = this.next()) await this.send(turn);
    this.running = false;
  }

  async rate(turn: Turn, verdict: Verdict): Promise<void> {
    await this.withToken((token) => this.api.feedback(token, verdict));
    turn.rated[verdict.answer] = verdict.helpful;
    this.update();
  }

  /** Delete on the server, then here. Throws when the server could not be reached; then nothing is lost. */
  async remove(): Promise<void> {
    for (const token of this.known()) {
      await this.api.remove(token).catch((error: ApiError) => {
        if (error.trouble !== "ended") throw error; // a token that the server no longer knows has nothing left there
      });
    }
    this.forget();
  }

  /** Back to the start on this device. */
  forget(): void {
    this.era += 1;
    this.turns = [];
    this.tokens = [];
    this.consented = false;
    this.store.clear();
    this.changed();
  }

  /** Another tab has changed what is stored: a deletion there is one here. */
  sync(): void {
    if (this.consented && !this.store.load()) this.forget();
  }

  private restore(): void {
    const kept = (this.store.load() ?? {}) as Kept;
    this.consented = kept.consented === true;
    this.tokens = kept.tokens ?? [];
    this.turns = (kept.turns ?? []).map((turn) => ({
      ...turn,
      reply: readReply(turn.reply) ?? undefined,
      state: turn.state === "sending" ? "waiting" : turn.state,
    }));
  }

  /** Own tokens and those of other tabs that share the store. */
  private known(): string[] {
    const kept = (this.store.load() ?? {}) as Kept;
    return [...new Set([...(kept.tokens ?? []), ...this.tokens])];
  }

  private next(): Turn | undefined {
    return this.turns.find((turn) => turn.state === "waiting");
  }

  private async send(turn: Turn): Promise<void> {
    const era = this.era;
    const wanted: Wanted = turn.payload ? { payload: turn.payload } : { text: turn.text };
    turn.state = "sending";
    this.update();
    try {
      const reply = await this.withToken((token) => this.api.message(token, wanted));
      if (era !== this.era) return;
      Object.assign(turn, { state: "done", reply, trouble: undefined });
      this.update(turn);
    } catch (error) {
      if (era !== this.era) return;
      // a token refused although it is new: nothing that the person could mend
      const known = error instanceof ApiError && error.trouble !== "ended";
      const { trouble, wait } = known ? error : new ApiError("server");
      const offline = trouble === "network" && !this.online();
      Object.assign(turn, { state: offline ? "waiting" : "failed", trouble, wait });
      this.update();
    }
  }

  /** Call with the token; with a new one when there is none or its time is over. */
  private async withToken<T>(call: (token: string) => Promise<T>): Promise<T> {
    const last = this.tokens.at(-1);
    if (last) {
      try {
        return await call(last);
      } catch (error) {
        if (!(error instanceof ApiError) || error.trouble !== "ended") throw error;
      }
    }
    const era = this.era;
    const token = await this.api.start();
    if (era !== this.era) throw new ApiError("ended"); // deleted in the meantime: nothing may be sent any more
    this.tokens.push(token);
    return call(token);
  }

  private update(answered?: Turn): void {
    const kept: Kept = { consented: this.consented, tokens: this.known(), turns: this.turns.slice(-MOST_KEPT) };
    this.store.save(kept);
    this.changed(answered);
  }
}
