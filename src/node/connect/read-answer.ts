import type { IncomingMessage } from 'node:http';
import type { ServerAnswer } from './connection.ts';

/** Texts of a server that are kept at most, in UTF-16 units, and groups. */
const MAX_TEXT = 1000;
const MAX_GROUPS = 100;

/** What an answer says, whatever it is made of: nothing in it is believed to be of a certain shape. */
export function readAnswer(
  { method, path }: { readonly method: string; readonly path: string },
  { statusCode = 0, headers }: Pick<IncomingMessage, 'statusCode' | 'headers'>,
  { text, receivedAt }: { readonly text: string; readonly receivedAt: Date },
): ServerAnswer {
  const body = jsonOf(text);
  const kind = textOf(body, 'kind');
  const message = kind === 'Status' ? textOf(body, 'message') : undefined;
  const info = fieldOf(fieldOf(body, 'status'), 'userInfo');
  const isVersion = path === '/version' && textOf(body, 'gitVersion') !== undefined;
  return {
    method,
    path,
    status: statusCode,
    // `selfsubjectreviews… is forbidden: User "system:anonymous" cannot create …`
    username: textOf(info, 'username') ?? /\bUser "([^"]+)" cannot/.exec(message ?? '')?.[1],
    groups: kind === 'SelfSubjectReview' ? groupsOf(info) : undefined,
    message,
    isKubernetes: kind === 'Status' || kind === 'SelfSubjectReview' || isVersion,
    location: statusCode >= 300 && statusCode < 400 ? placeOf(headers.location) : undefined,
    date: dateOf(headers.date),
    receivedAt,
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}

function textOf(value: unknown, name: string): string | undefined {
  const text = fieldOf(value, name);
  return typeof text === 'string' && text !== '' ? text.slice(0, MAX_TEXT) : undefined;
}

function groupsOf(info: unknown): readonly string[] {
  const groups = fieldOf(info, 'groups');
  if (!Array.isArray(groups)) return [];
  const texts = groups.filter((group) => typeof group === 'string');
  return texts.slice(0, MAX_GROUPS).map((group) => group.slice(0, MAX_TEXT));
}

/** A place without its query, which may hold what is secret. */
function placeOf(location: string | undefined): string {
  return (location ?? '').replace(/[?#].*$/s, '').slice(0, MAX_TEXT);
}

function dateOf(text: string | undefined): Date | undefined {
  const date = new Date(text ?? '');
  return Number.isNaN(date.getTime()) ? undefined : date;
}
