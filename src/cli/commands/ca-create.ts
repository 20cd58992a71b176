import { createAuthority } from '../../ca/authority.ts';
import type { CommandInput } from '../command.ts';
import { deliver, prepareDelivery } from '../deliver.ts';
import { environmentOf, wholeNumber } from '../environment.ts';
import type { Io } from '../io.ts';
import { loadAuthorityOf } from '../load-authority.ts';
import { requestOf } from '../request-of.ts';

/** The largest path length: what checks it counts in one octet. */
const MAX_PATH_LENGTH = 255;

/** `kubepki ca create`: makes a CA, and writes its certificate and key. */
export async function caCreate({ values }: CommandInput, io: Io): Promise<number> {
  const environment = environmentOf(values, io);
  const request = requestOf(values);
  const maxPathLength = wholeNumber(values, 'max-path-length', MAX_PATH_LENGTH);
  const base = values.text('parent');
  const delivery = await prepareDelivery(values, io, { ca: base });
  const parent = base === undefined ? undefined : await loadAuthorityOf(base, { values, environment }, io);
  const authority = await createAuthority(
    {
      ...request,
      ...(maxPathLength === undefined ? {} : { maxPathLength }),
      ...(parent === undefined ? {} : { parent }),
    },
    environment,
  );
  await deliver(authority, { delivery, values, environment }, io);
  return 0;
}
