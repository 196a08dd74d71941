import { describe, expect, it } from "vitest";
import { Glossary } from "../src/glossary";
import { readLink } from "../src/link";
import { readSettings } from "../src/settings";
import { openStore } from "../src/storage";
import { fill, stringsFor } from "../src/strings";
import { en } from "../src/strings/en";
import { shown } from "../src/theme";
import { transcript } from "../src/transcript";
import { readReply } from "../src/types";
import { Area, reply } from "./help";

describe("glossary", () => {
  const glossary = new Glossary([
    ["bone scan", "Pictures of bones."],
    ["bone", "Hard tissue."],
    ["HER2+ (positive)", "Much HER2."],
    ["scan", ""],
  ]);
  const words = (text: string, seen = new Set<string>()) =>
    glossary.split(text, seen).map((piece) => (typeof piece === "string" ? piece : `<${piece.word}>`)).join("");

  it("marks whole words, the longest, the first time", () => {
    expect(words("A Bone scan shows bones, and bone scans again.")).toBe("A <Bone scan> shows <bones>, and bone scans again.");
    expect(words("backbone bone-dry bonehead")).toBe("backbone bone-dry bonehead");
    expect(words("bone")).toBe("<bone>");
  });
  it("knows plurals", () => {
    const plural = new Glossary([["metastasis", "Spread."], ["biopsy", "Sample."]]);
    const found = ["metastases", "biopsies", "Metastasis"].map((word) => plural.split(word, new Set())[0]);
    expect(found.map((piece) => typeof piece)).toEqual(["object", "object", "object"]);
  });
  it("takes signs in terms as they are", () => expect(words("Is HER2+ (positive) it?")).toBe("Is <HER2+ (positive)> it?"));
  it("marks each once an answer", () => {
    const seen = new Set<string>();
    expect([words("bone", seen), words("bone", seen)]).toEqual(["<bone>", "bone"]);
  });
  it("may be empty", () => expect(new Glossary([]).split("bone", new Set())).toEqual(["bone"]));
});

describe("links", () => {
  it.each([
    ["#lantern=symptoms.bone", { id: "symptoms.bone" }],
    ["#lantern-ask=What%20is%20it%3F", { words: "What is it?" }],
    ["#lantern=<b>", null],
    ["#lantern=a/b", null],
    ["#lantern-ask=%", null],
    ["#other", null],
    ["", null],
  ])("%s", (hash, link) => expect(readLink(hash)).toEqual(link));
});

describe("settings", () => {
  const read = (attributes: Record<string, string>, from?: string) => readSettings((name) => attributes[name] ?? null, from);
  it("come from the script where attributes are silent", () => {
    expect(read({}, "https://bot.example/sub/widget.js?v=1")).toMatchObject({
      server: "https://bot.example/sub", history: "tab", direction: "ltr", emergency: { number: "112", chosen: false },
      privacyUrl: "", label: en.launcher,
    });
  });
  it("are taken from attributes", () => {
    const given = { server: "https://b.example/", history: "day", dir: "rtl", "emergency-number": "999", "privacy-url": "/privacy" };
    expect(read(given)).toMatchObject({
      server: "https://b.example", history: "day", direction: "rtl", emergency: { number: "999", chosen: true }, privacyUrl: "/privacy",
    });
  });
  it("refuse what could do harm", () => {
    const odd = read({ "emergency-number": "1;x", "privacy-url": "javascript:alert(1)", history: "ever" });
    expect(odd).toMatchObject({ emergency: { number: "112", chosen: false }, privacyUrl: "", history: "tab" });
  });
});

describe("storage", () => {
  it("forgets after a day", () => {
    let now = 0;
    const store = openStore("day", "k", () => now, ((area) => () => area)(new Area()));
    store.save({ a: 1 });
    now = 86_400_000;
    expect(store.load()).toEqual({ a: 1 });
    now += 1;
    expect(store.load()).toBeNull();
    now = 0;
    expect(store.load()).toBeNull();
  });
  it("does without, where the browser forbids it", () => {
    const store = openStore("tab", "k", Date.now, () => {
      throw new Error("denied");
    });
    store.save(1);
    store.clear();
    expect(store.load()).toBeNull();
  });
});

describe("colours", () => {
  const device = (...wishes: string[]) => (query: string) => wishes.some((wish) => query.includes(wish));
  it.each([
    ["auto", [], { dark: false, contrast: false }],
    ["auto", ["dark", "contrast"], { dark: true, contrast: true }],
    ["light", ["dark"], { dark: false, contrast: false }],
    ["dark", [], { dark: true, contrast: false }],
    ["contrast", [], { dark: true, contrast: true }],
  ] as const)("%s on a device that wants %j", (theme, wishes, expected) =>
    expect(shown({ size: 100, theme }, device(...wishes))).toEqual(expected));
});

describe("strings", () => {
  it("fall back to English", () => expect([stringsFor("en-GB"), stringsFor("xx")]).toEqual([en, en]));
  it("are filled in as they are", () => expect(fill("Call {n}", "$&")).toBe("Call $&"));
});

describe("the saved text", () => {
  it("stands alone", () => {
    const text = transcript([{ id: 1, text: "Bone?", state: "done", reply: readReply(reply)!, rated: {} }], en, "25/11/2026");
    expect(text).toBe(`Conversation with Lantern, 25/11/2026

${en.emergency}

* * *

You: Bone?

Bone
It may hurt.
• At night.
(A body.)
Sources:
- NCI: Bones <https://cancer.gov/bones>
Checked on 2026-11-25.

Ask your team.
`);
  });
});
