import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Area, fine, json, reply, serve, settled, talkWith } from "./help";

afterEach(() => vi.unstubAllGlobals());

describe("consent", () => {
  it("sends nothing before it", () => {
    const { calls } = serve(fine);
    const { talk } = talkWith();
    talk.ask("What is a biopsy?");
    expect(talk.turns).toEqual([]);
    expect(calls).toEqual([]);
  });
});

describe("asking", () => {
  let talk: ReturnType<typeof talkWith>["talk"];
  let answered: string[];
  beforeEach(() => {
    ({ talk, answered } = talkWith());
    talk.consent();
  });

  it("takes one token and keeps the order", async () => {
    const { calls, bodies } = serve(fine);
    talk.ask(" one ");
    talk.ask("Two?", "/symptoms/bone");
    await settled(talk);
    expect(calls).toEqual(["POST conversation", "POST message", "POST message"]);
    expect(bodies.slice(1)).toEqual([{ text: "one" }, { payload: "/symptoms/bone" }]);
    expect(answered).toEqual(["one", "Two?"]);
    expect(talk.turns.map((turn) => turn.reply?.answers[0]?.title)).toEqual(["Bone", "Bone"]);
  });

  it("takes no empty question", () => {
    talk.ask("  \n ");
    expect(talk.turns).toEqual([]);
  });

  it("goes on under a new token when the old one has ended", async () => {
    const { calls } = serve(fine);
    talk.ask("one");
    await settled(talk);
    let refused = 0;
    const later = serve((path, init) => (path === "message" && !refused++ ? json({}, 401) : fine(path, init)));
    talk.ask("two");
    await settled(talk);
    expect([...calls, ...later.calls].filter((call) => call === "POST conversation")).toHaveLength(2);
    expect(talk.turns.map((turn) => turn.state)).toEqual(["done", "done"]);
  });

  it("gives up when a new token is refused too", async () => {
    serve((path, init) => (path === "message" ? json({}, 401) : fine(path, init)));
    talk.ask("one");
    await settled(talk);
    expect(talk.turns[0]).toMatchObject({ state: "failed", trouble: "server" });
  });

  it.each([
    ["server", () => json({}, 500)],
    ["server", () => new Response("<html>", { status: 200 })],
    ["server", () => json({})],
    ["server", () => json({ ...reply, answers: [] })],
    ["busy", () => json({}, 429, { "Retry-After": "7" })],
    ["network", () => Promise.reject(new TypeError("failed"))],
  ] as const)("tells what went wrong (%s), and a second try works", async (trouble, bad) => {
    serve((path, init) => (path === "message" ? bad() : fine(path, init)));
    talk.ask("one");
    await settled(talk);
    expect(talk.turns[0]).toMatchObject({ state: "failed", trouble });
    if (trouble === "busy") expect(talk.turns[0]!.wait).toBe(7);
    serve(fine);
    talk.retry(talk.turns[0]!);
    await settled(talk);
    expect(talk.turns[0]).toMatchObject({ state: "done" });
  });
});

describe("offline", () => {
  it("keeps questions and sends them later, in order", async () => {
    let online = false;
    const { calls } = serve(fine);
    const { talk, answered } = talkWith(new Area(), () => online);
    talk.consent();
    talk.ask("one");
    talk.ask("two");
    await Promise.resolve();
    expect(calls).toEqual([]);
    expect(talk.turns.map((turn) => turn.state)).toEqual(["waiting", "waiting"]);
    online = true;
    await talk.resume();
    expect(answered).toEqual(["one", "two"]);
  });
});

describe("keeping", () => {
  it("comes back with everything, also with what was on its way", async () => {
    serve(fine);
    const { talk, area } = talkWith();
    talk.consent();
    talk.ask("one");
    await settled(talk);
    serve(() => new Promise(() => {}));
    talk.ask("two");
    const again = talkWith(area).talk;
    expect(again.consented).toBe(true);
    expect(again.turns.map((turn) => turn.state)).toEqual(["done", "waiting"]);
    expect(again.turns[0]!.reply!.answers[0]!.sources[0]!.url).toBe("https://cancer.gov/bones");
  });

  it("distrusts what is stored", () => {
    const area = new Area();
    area.setItem("key", JSON.stringify({ until: Date.now() + 9, value: { turns: [{ id: 1, reply: { kind: "<b>" } }] } }));
    expect(talkWith(area).talk.turns[0]!.reply).toBeUndefined();
    area.setItem("key", "{");
    expect(talkWith(area).talk.turns).toEqual([]);
  });
});

describe("deleting", () => {
  it("reaches every token that the conversation ever had, also another tab's", async () => {
    const { calls } = serve(fine);
    const { talk, area } = talkWith();
    talk.consent();
    talk.ask("one");
    await settled(talk);
    const other = talkWith(area).talk;
    serve((path, init) => (path === "message" ? json({}, 401) : fine(path, init)));
    other.ask("two");
    await settled(other);
    const tokens: string[] = [];
    serve((path, init) => {
      tokens.push((init.headers as Record<string, string>).Authorization!);
      return fine(path, init);
    });
    await talk.remove();
    expect(new Set(tokens).size).toBe(2);
    expect(calls).toContain("POST conversation");
    expect(talk).toMatchObject({ consented: false, turns: [] });
    expect(area.length).toBe(0);
    other.sync();
    expect(other.turns).toEqual([]);
  });

  it("loses nothing when the server cannot be reached", async () => {
    serve(fine);
    const { talk } = talkWith();
    talk.consent();
    talk.ask("one");
    await settled(talk);
    serve(() => json({}, 500));
    await expect(talk.remove()).rejects.toThrow();
    expect(talk.turns).toHaveLength(1);
  });

  it("drops an answer that comes afterwards, and sends nothing more", async () => {
    let answerNow = (_: Response) => {};
    serve((path, init) => (path === "message" ? new Promise((done) => (answerNow = done)) : fine(path, init)));
    const { talk, answered, area } = talkWith();
    talk.consent();
    talk.ask("one");
    await vi.waitFor(() => expect(talk.busy).toBe(true));
    await new Promise((done) => setTimeout(done, 5));
    const removing = talk.remove();
    answerNow(json(reply));
    await removing;
    expect(answered).toEqual([]);
    expect(talk.turns).toEqual([]);
    expect(area.length).toBe(0);
  });
});

describe("rating", () => {
  it("sends the verdict and remembers it", async () => {
    const { bodies } = serve(fine);
    const { talk } = talkWith();
    talk.consent();
    talk.ask("one");
    await settled(talk);
    await talk.rate(talk.turns[0]!, { answer: "symptoms.bone", helpful: false, reason: "short" });
    expect(bodies.at(-1)).toEqual({ answer: "symptoms.bone", helpful: false, reason: "short" });
    expect(talk.turns[0]!.rated).toEqual({ "symptoms.bone": false });
  });
});
