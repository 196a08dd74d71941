/** Deep links on the host's page: `#lantern=symptoms.bone` asks, `#lantern-ask=words` only fills the field in. */

export type DeepLink = { id: string } | { words: string };

export function readLink(hash: string): DeepLink | null {
  const found = /^#lantern(-ask)?=(.{1,500})$/.exec(hash);
  if (!found) return null;
  let value: string;
  try {
    value = decodeURIComponent(found[2] ?? "");
  } catch {
    return null;
  }
  if (found[1]) return { words: value };
  return /^[a-z_]+\.[a-z0-9_]+$/.test(value) ? { id: value } : null;
}
