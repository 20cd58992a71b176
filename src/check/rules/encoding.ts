import type { EncodingEntry, EncodingFault } from '../inventory.ts';
import { placedFiles } from './expected-files.ts';
import { placeOf } from './facts.ts';
import type { Machine } from './machine.ts';
import type { Rule, Violation } from './rule.ts';
import { applyCommand, overwriteCommand } from './remedies.ts';
import { shellWord } from './words.ts';

/** What is wrong with an encoding, and what writes it anew in its place, with mode and owner kept. */
const FAULTS: Readonly<
  Record<EncodingFault, { readonly actual: string; readonly anew: (file: string, isKey: boolean) => string }>
> = Object.freeze({
  der: {
    actual: 'DER',
    anew: (file, isKey) => `${isKey ? 'openssl pkey' : 'kubepki x509'} -inform DER -in ${file}`,
  },
  base64: {
    actual: 'base64 without BEGIN and END lines',
    anew: (file, isKey) => `base64 -d ${file} | openssl ${isKey ? 'pkey' : 'x509'} -inform DER`,
  },
  pkcs7: {
    actual: 'PKCS#7',
    anew: (file) =>
      `(openssl pkcs7 -print_certs -in ${file} || openssl pkcs7 -inform DER -print_certs -in ${file})`,
  },
  pkcs12: {
    actual: 'PKCS#12',
    anew: (file, isKey) => `openssl pkcs12 -nodes ${isKey ? '-nocerts' : '-nokeys'} -in ${file}`,
  },
  'utf-16': { actual: 'PEM in UTF-16', anew: (file) => `iconv -f UTF-16 -t UTF-8 ${file}` },
  'byte-order-mark': {
    actual: 'PEM behind a byte order mark',
    anew: (file) => `sed '1s/^\\xef\\xbb\\xbf//' ${file}`,
  },
  label: {
    actual: 'PEM of another label than CERTIFICATE',
    anew: (file) => `openssl storeutl -certs ${file}`,
  },
  indented: { actual: 'PEM that is indented', anew: (file) => `sed 's/^[ \\t]*//' ${file}` },
  'carriage-returns': {
    actual: 'PEM whose lines end with carriage returns alone',
    anew: (file) => `tr '\\r' '\\n' < ${file}`,
  },
  header: {
    actual: 'a CA certificate with headers in its PEM',
    anew: (file) => `sed '/: /d' ${file}`,
  },
  other: { actual: 'PEM with more on its BEGIN and END lines', anew: (file) => `openssl storeutl ${file}` },
});

/** Whether a component reads it: by a flag, a kubeconfig, or its place in kubeadm's layout. */
function isRead(machine: Machine, { path, field }: EncodingEntry, placed: ReadonlySet<string>): boolean {
  const place = placeOf(path, field);
  const entries = [
    ...(machine.keysByPlace.get(place) ?? []),
    ...(machine.byPlace.get(place) ?? []).map(({ entry }) => entry),
  ];
  return (
    field !== undefined ||
    placed.has(path) ||
    entries.some(({ uses }) => uses.length > 0) ||
    machine.duties.some(({ certificate, keyPlace }) => certificate.place === place || keyPlace === place)
  );
}

function refused(machine: Machine, one: EncodingEntry): Violation {
  const { path, field, fault } = one;
  const place = placeOf(path, field);
  const isKey = !machine.byPlace.has(place);
  const { actual, anew } = FAULTS[fault];
  const file = shellWord(path);
  return {
    path: place,
    message: `is in an encoding that kubectl and the cluster's programs do not read, though OpenSSL may: they find no ${isKey ? 'key' : 'certificate'}, or not all of them`,
    expected: 'PEM whose BEGIN and END lines stand at the beginning of a line',
    actual,
    ...(field === undefined
      ? { fix: overwriteCommand(path, anew(shellWord(`${path}.bad`), isKey)) }
      : { fix: `${applyCommand(machine)}, or write ${file} again: the value of ${field} is PEM in base64` }),
  };
}

/** Rules about how certificates and keys are written where Go reads them. */
export const ENCODING_RULES: readonly Rule[] = Object.freeze<Rule[]>([
  {
    code: 'encoding-refused',
    severity: 'error',
    title: "a certificate or key that a component reads is in an encoding that Go's programs do not take",
    source: 'Go encoding/pem, crypto/tls X509KeyPair; client-go util/cert ParseCertsPEM, util/keyutil',
    fix: 'write it as PEM: kubepki x509 -inform DER -in FILE -out FILE.pem',
    evaluate: (machine) => {
      const placed = placedFiles(machine);
      return machine.inventory.encodings
        .filter(
          ({ fault, path, field }) =>
            fault !== 'header' || machine.byPlace.get(placeOf(path, field))?.some(({ isCa }) => isCa),
        )
        .filter((one) => isRead(machine, one, placed))
        .map((one) => refused(machine, one));
    },
  },
]);
