const MAX_QUOTED = 80;

/** Input as it appears in a message: in double quotes, control characters escaped, cut to 80 characters. */
export function quote(input: unknown): string {
  const text = typeof input === 'string' ? input : (safeJson(input) ?? String(input));
  const cut = text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text;
  return JSON.stringify(cut);
}

/** A path as it appears in a message, like {@link quote} but whole: its end is what tells it apart, and no system has endless ones. */
export function quotePath(path: string): string {
  return JSON.stringify(path);
}

function safeJson(input: unknown): string | undefined {
  try {
    return JSON.stringify(input);
  } catch {
    return undefined;
  }
}
