/** Finds the words in a text that the glossary explains. */

export interface Term {
  /** As it stands in the text. */
  word: string;
  meaning: string;
}

export class Glossary {
  private readonly meanings = new Map<string, string>();
  private readonly pattern: RegExp | null;

  constructor(entries: Iterable<[string, string]>) {
    for (const [term, meaning] of entries) if (meaning) this.meanings.set(term.toLowerCase(), meaning);
    const terms = [...this.meanings.keys()].sort((a, b) => b.length - a.length).map(escape);
    // no lookbehind: Safari learnt it in 2023 only, and one such pattern would stop the whole script
    this.pattern = terms.length
      ? new RegExp(`(^|[^\\p{L}\\p{N}-])(${terms.join("|")})(?:s|es)?(?![\\p{L}\\p{N}-])`, "giu")
      : null;
  }

  /** The text in pieces; a term is marked the first time only, `seen` is shared by all texts of an answer. */
  split(text: string, seen: Set<string>): (string | Term)[] {
    const pieces: (string | Term)[] = [];
    let from = 0;
    for (const match of this.pattern ? text.matchAll(this.pattern) : []) {
      const [whole, before = "", term = ""] = match;
      const key = term.toLowerCase();
      const meaning = this.meanings.get(key);
      if (!meaning || seen.has(key)) continue;
      seen.add(key);
      const start = match.index + before.length;
      const end = match.index + whole.length;
      pieces.push(text.slice(from, start), { word: text.slice(start, end), meaning });
      from = end;
    }
    pieces.push(text.slice(from));
    return pieces.filter((piece) => piece !== "");
  }
}

function escape(term: string): string {
  return term.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
