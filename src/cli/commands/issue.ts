import { resolve } from 'node:path';
import { issue } from '../../ca/issue.ts';
import type { ProfileName } from '../../ca/profiles.ts';
import type { Authority } from '../../ca/authority.ts';
import type { IssuedCertificate } from '../../ca/issued-certificate.ts';
import { MODE } from '../certificate-files.ts';
import type { RunCommand } from '../command.ts';
import { deliver, prepareDelivery, textFile, type Extras } from '../deliver.ts';
import { environmentOf } from '../environment.ts';
import { STANDARD } from '../input.ts';
import type { Io } from '../io.ts';
import { loadAuthorityOf } from '../load-authority.ts';
import { requestOf } from '../request-of.ts';
import { caBundleOf, renderSecret } from '../secret-manifest.ts';
import { usageError } from '../usage-error.ts';
import type { Values } from '../values.ts';

/**
 * `kubepki issue PROFILE`: issues one certificate, and writes it and its key.
 *
 * @param options.withSecret whether it also makes a Secret and says the caBundle
 */
export function issueAs(profile: ProfileName, { withSecret }: { readonly withSecret: boolean }): RunCommand {
  return async ({ values }, io) => {
    const environment = environmentOf(values, io);
    const request = { ...requestOf(values), profile, subjectAltNames: values.list('san') };
    const secret = withSecret ? secretFile(values, io) : undefined;
    const also = secret === undefined || secret === STANDARD ? [] : [secret];
    const delivery = await prepareDelivery(values, io, { also, ca: values.required('ca') });
    const ca = await loadAuthorityOf(values.required('ca'), { values, environment }, io);
    const issued = await issue(ca, request, environment);
    const extras = withSecret ? extrasOf(issued, ca, secret) : {};
    await deliver(issued, { delivery, values, environment, extras }, io);
    return 0;
  };
}

/** Where the Secret goes: an absolute path, `-`, or nowhere. */
function secretFile(values: Values, { cwd }: Io): string | undefined {
  const file = values.text('secret');
  if (file === undefined) return undefined;
  const [output, out] = [values.text('output'), values.text('out')];
  if (values.text('key-password-file') !== undefined || values.text('key-password-env') !== undefined) {
    throw usageError(
      'a Secret holds the key unencrypted: --secret and --key-password-file or -env exclude each other',
      { option: '--secret' },
    );
  }
  if (file !== STANDARD) return resolve(cwd, file);
  if (output !== 'json' && out !== STANDARD) return file;
  throw usageError(
    `--secret - and ${out === STANDARD ? '--out -' : '-o json'} both write to standard output`,
    { option: '--secret' },
  );
}

function extrasOf(issued: IssuedCertificate, ca: Authority, secret: string | undefined): Extras {
  const fields = { caBundle: caBundleOf(ca) };
  if (secret === undefined) return { fields };
  const manifest = renderSecret(issued, ca);
  if (secret === STANDARD) return { fields, stdout: manifest };
  return { fields, files: [textFile(secret, manifest, MODE.secret)], named: { secret } };
}
