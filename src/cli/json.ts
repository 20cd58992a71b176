import { visibleJson } from '../errors/visible.ts';

/** The API version of every document that `-o json` writes. */
export const API_VERSION = 'kubepki/v1alpha1';

/** The kinds of documents that `-o json` writes. */
export type DocumentKind =
  | 'Plan'
  | 'ApplyResult'
  | 'Certificate'
  | 'VerifyResult'
  | 'CheckReport'
  | 'Explanation'
  | 'KubeconfigResult'
  | 'KubeconfigDiff'
  | 'KubeconfigReport'
  | 'Error';

/** A document as `-o json` writes it. */
export function renderDocument(kind: DocumentKind, fields: Readonly<Record<string, unknown>>): string {
  return `${visibleJson(JSON.stringify({ apiVersion: API_VERSION, kind, ...fields }, undefined, 2))}\n`;
}
