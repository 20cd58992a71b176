import type { Inventory } from '../inventory.ts';
import { dutiesOf, type Duty } from './duties.ts';
import { factsOf, placeOf } from './facts.ts';
import { groupBy, type Index } from './lookup.ts';
import { pairsOf, type KeyPair } from './pairs.ts';
import type { RuleSettings } from './rule.ts';

/** What rules are evaluated over: what was found, and what it is there for. */
export interface Machine extends Index {
  /** Which certificate is shown to whom. */
  readonly duties: readonly Duty[];
  /** Which key belongs to which certificate. */
  readonly pairs: readonly KeyPair[];
}

/** Prepares an inventory for the rules. */
export function machineOf(inventory: Inventory, settings: RuleSettings): Machine {
  const certificates = inventory.certificates.map(factsOf);
  const index: Index = {
    inventory,
    settings,
    now: settings.now.getTime(),
    certificates,
    byId: new Map(certificates.map((one) => [one.id, one])),
    byPlace: groupBy(certificates, ({ place }) => place),
    bySubject: groupBy(certificates, ({ subjectKey }) => subjectKey),
    keysByPlace: groupBy(inventory.keys, ({ path, field }) => placeOf(path, field)),
    files: new Map(inventory.files.map(({ path, facts }) => [path, facts])),
  };
  const duties = dutiesOf(index);
  return { ...index, duties, pairs: pairsOf(index, duties) };
}
