/** The values that one side refuses and the other takes, on purpose. */
import type { Hostile } from './hostile-questions.ts';
import type { Json } from './question.ts';
import type { Outcome } from './sides.ts';

interface Sides {
  readonly kubeadm: Outcome;
  readonly ours: Outcome;
}

interface Refusal {
  readonly name: string;
  readonly by: 'us' | 'kubeadm';
  readonly isMeant: (hostile: Hostile, sides: Sides) => boolean;
}

function textsOf(value: Json): string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

const isPeriod = (field: string): boolean => /^c(?:ertificate|aCertificate)ValidityPeriod$/.test(field);

/** Whether a duration is negative, zero, or in units alone that are shorter than a second. */
function isShort(text: string): boolean {
  if (text.startsWith('-')) return true;
  const parts = [...text.replace(/^\+/, '').matchAll(/([\d.]+)([a-zµμ]*)/gu)];
  return parts.every(([, number = '', unit = '']) => Number(number) === 0 || /^[mnuµμ]s$/u.test(unit));
}

/**
 * Whether both are to make the same tree of a value that both take. Not where a certificate is over, or nearly, when it
 * is looked at; nor of another release, which versions.test.ts looks at.
 */
export function isSameTree({ field, value }: Hostile): boolean {
  if (field === 'kubernetesVersion') return false;
  return !isPeriod(field) || textsOf(value).every((text) => /[1-9]\d{3,}h/.test(text));
}

const REFUSALS: readonly Refusal[] = [
  {
    name: 'a period of less than a second, which kubeadm takes',
    by: 'us',
    isMeant: ({ field, value }, { ours }) =>
      isPeriod(field) && textsOf(value).some(isShort) && ours.said.includes('is shorter than a second'),
  },
  {
    name: 'a label of more than 63 characters, which DNS does not allow',
    by: 'us',
    isMeant: ({ value }, { ours }) =>
      textsOf(value).some((text) => /[^.:/]{64}/.test(text)) && /63/.test(ours.said),
  },
  {
    name: 'a DNS domain in which the service of the API server has a name of more than 253 characters',
    by: 'us',
    isMeant: ({ field, value }, { ours }) =>
      field === 'networking.dnsDomain' &&
      `kubernetes.default.svc.${textsOf(value).join('')}`.length > 253 &&
      ours.said.includes('is too long'),
  },
  {
    name: 'a release that is too old for this kubeadm, and not for us',
    by: 'kubeadm',
    isMeant: ({ field, value }, { kubeadm }) =>
      field === 'kubernetesVersion' &&
      textsOf(value).some((text) => /^v?1\.(?:2[89]|3\d)\./.test(text)) &&
      kubeadm.said.includes('only supports deploying clusters with the control plane version >='),
  },
];

/** The name of the reason for which the two sides may differ, where they do. */
export function deliberateRefusal(hostile: Hostile, sides: Sides): string | undefined {
  if (sides.kubeadm.accepted === sides.ours.accepted) return undefined;
  const by = sides.kubeadm.accepted ? 'us' : 'kubeadm';
  return REFUSALS.find((refusal) => refusal.by === by && refusal.isMeant(hostile, sides))?.name;
}
