/** Finds the words in a text that the glossary explains. */

export interface Term {
  /** As it stands in the text. */
  word: string;
  meaning: string;
}

export class Glossary {
  /** By every form in lower case: the term's own name, and what it means. */
  private readonly forms = new Map<string, { name: string; meaning: string }>();
  private readonly pattern: RegExp | null;

  constructor(entries: Iterable<[string, string]>) {
    for (const [term, meaning] of entries) {
      const name = term.toLowerCase();
      for (const form of meaning ? plurals(name) : []) this.forms.set(form, { name, meaning });
    }
    const forms = [...this.forms.keys()].sort((a, b) => b.length - a.length).map(escape);
    // no lookbehind: Safari learnt it in 2023 only, and one such pattern would stop the whole script
    this.pattern = forms.length
      ? new RegExp(`(^|[^\\p{L}\\p{N}-])(${forms.join("|")})(?![\\p{L}\\p{N}-])`, "giu")
      : null;
  }

  /** The text in pieces; a term is marked the first time only, `seen` is shared by all texts of an answer. */
  split(text: string, seen: Set<string>): (string | Term)[] {
    const pieces: (string | Term)[] = [];
    let from = 0;
    for (const match of this.pattern ? text.matchAll(this.pattern) : []) {
      const [whole, before = "", word = ""] = match;
      const found = this.forms.get(word.toLowerCase());
      if (!found || seen.has(found.name)) continue;
      seen.add(found.name);
      const end = match.index + whole.length;
      pieces.push(text.slice(from, match.index + before.length), { word, meaning: found.meaning });
      from = end;
    }
    pieces.push(text.slice(from));
    return pieces.filter((piece) => piece !== "");
  }
}

/** A term and its plurals in English; one that no text has does no harm. */
function plurals(term: string): string[] {
  return [`${term}s`, `${term}es`, term.replace(/is$/, "es"), term.replace(/y$/, "ies"), term];
}

function escape(term: string): string {
  return term.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
