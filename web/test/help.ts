import { vi } from "vitest";
import { Conversation } from "../src/conversation";
import { Api } from "../src/api";
import { openStore } from "../src/storage";

/** A Storage in memory. */
export class Area implements Storage {
  private readonly kept = new Map<string, string>();
  get length() {
    return this.kept.size;
  }
  clear = () => this.kept.clear();
  key = (index: number) => [...this.kept.keys()][index] ?? null;
  getItem = (key: string) => this.kept.get(key) ?? null;
  setItem = (key: string, value: string) => void this.kept.set(key, value);
  removeItem = (key: string) => void this.kept.delete(key);
}

export const answer = {
  id: "symptoms.bone",
  title: "Bone",
  summary: "It may hurt.",
  points: ["At night."],
  sources: [{ title: "Bones", publisher: "NCI", url: "https://cancer.gov/bones", accessed: "2026-11-25" }],
  checked: "2026-11-25",
  status: "Checked on 2026-11-25.",
  figure: { src: "/figures/spread-sites.svg", alt: "A body." },
};
export const reply = {
  version: 1,
  kind: "answer",
  opening: "",
  answers: [answer],
  disclaimer: "Ask your team.",
  suggestions: [{ title: "More?", payload: "/symptoms/lung" }],
  confidence: 0.9,
};

type Answering = (path: string, init: RequestInit) => Response | Promise<Response>;

export const json = (body: unknown, status = 200, headers = {}) =>
  new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", ...headers } });

/** Stands in for the server; returns the calls as `METHOD path`. */
export function serve(answering: Answering): { calls: string[]; bodies: unknown[] } {
  const seen = { calls: [] as string[], bodies: [] as unknown[] };
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const path = url.replace("https://bot.example/api/", "");
    seen.calls.push(`${init.method} ${path}`);
    seen.bodies.push(init.body ? JSON.parse(init.body as string) : null);
    return answering(path, init);
  });
  return seen;
}

let issued = 0;

/** A server on which everything works. */
export const fine: Answering = (path, init) => {
  if (path === "conversation" && init.method === "POST") return json({ token: `t${++issued}`, expires_in: 9 }, 201);
  if (path === "message") return json(reply);
  return new Response(null, { status: 204 });
};

export function talkWith(area: Storage = new Area(), online = () => true) {
  const store = openStore("tab", "key", Date.now, () => area);
  const answered: string[] = [];
  const talk = new Conversation(new Api("https://bot.example"), store, (turn) => turn && answered.push(turn.text), online);
  return { talk, area, answered };
}

export const settled = (talk: Conversation) =>
  vi.waitFor(() => {
    if (talk.turns.some((turn) => turn.state === "sending" || turn.state === "waiting")) throw new Error("still busy");
  });
