import { describe, expect, it } from "vitest";
import { KINDS, readHello, readReply } from "../src/types";
import { answer, reply } from "./help";

describe("a reply", () => {
  it("keeps every field that is shown", () => {
    expect(readReply(reply)).toEqual({
      kind: "answer",
      opening: "",
      answers: [
        {
          id: "symptoms.bone",
          title: "Bone",
          summary: "It may hurt.",
          points: ["At night."],
          sources: [{ title: "Bones", publisher: "NCI", url: "https://cancer.gov/bones" }],
          status: "Checked on 2026-11-25.",
          figure: { src: "/figures/spread-sites.svg", alt: "A body." },
        },
      ],
      disclaimer: "Ask your team.",
      suggestions: [{ title: "More?", payload: "/symptoms/lung" }],
    });
    for (const kind of KINDS) expect(readReply({ ...reply, kind })!.kind).toBe(kind);
  });

  it.each([null, 3, "x", [], {}, { answers: 3 }, { answers: [null] }, { ...reply, answers: [{ title: "only" }] }])(
    "that says nothing is none: %j",
    (json) => expect(readReply(json)).toBeNull(),
  );

  it("with wrong types does no harm", () => {
    const odd = readReply({ answers: [{ summary: "S", points: "no", sources: {}, figure: 3 }], kind: "script", suggestions: [{}] });
    expect(odd).toMatchObject({ kind: "answer", suggestions: [], disclaimer: "" });
    expect(odd!.answers[0]).toMatchObject({ points: [], sources: [], figure: null });
  });

  it.each(["javascript:alert(1)", "data:text/html,x", "//evil.example", " https://x", ""])("links not to %s", (url) => {
    const read = readReply({ ...reply, answers: [{ ...answer, sources: [{ title: "T", publisher: "P", url }] }] });
    expect(read!.answers[0]!.sources[0]!.url).toBe("");
  });

  it.each(["https://evil.example/x.svg", "/figures/../x.svg", "/figures/x.svg?y", "javascript:1"])("shows not %s", (src) => {
    const read = readReply({ ...reply, answers: [{ ...answer, figure: { src, alt: "" } }] });
    expect(read!.answers[0]!.figure).toBeNull();
  });
});

describe("the texts before the first message", () => {
  it("need a consent", () => {
    expect(readHello({ emergency_line: "x" })).toBeNull();
    const hello = readHello({ consent: "C", glossary: { biopsy: "A sample." }, suggestions: reply.suggestions })!;
    expect(hello.glossary.get("biopsy")).toBe("A sample.");
    expect(hello.suggestions).toHaveLength(1);
  });
});
