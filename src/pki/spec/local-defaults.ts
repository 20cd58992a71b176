import { readFileSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { PkiError } from '../../errors/pki-error.ts';
import { parseIp } from '../../net/ip.ts';
import type { AddressWish, LocalDefaults } from './spec.ts';
import { isGlobalUnicast } from './validate-network.ts';

/** An address of a network interface that is up. */
export interface InterfaceAddress {
  readonly interface: string;
  readonly address: string;
  readonly loopback: boolean;
}

/** What the machine says of itself. */
export interface LocalEnvironment {
  /** Its host name, in any case. */
  readonly hostName: () => string;
  /** The kernel's table of routes of a family, as /proc/net/route or /proc/net/ipv6_route has it; none outside Linux. */
  readonly routes: (family: 4 | 6) => string | undefined;
  /** The addresses of its interfaces. */
  readonly addresses: () => readonly InterfaceAddress[];
}

/**
 * The defaults that this machine gives: its host name, lower-cased, and the address of its default route, found as
 * kubeadm does (apimachinery util/net/interface.go `ResolveBindAddress`).
 */
export function localDefaults(environment: LocalEnvironment = thisMachine()): LocalDefaults {
  return {
    hostName: () => {
      const name = environment.hostName().trim().toLowerCase();
      if (name === '') throw noDefault('--node-name', 'the host name of this machine is empty');
      return name;
    },
    address: (wish) => {
      const address = wish.loopback ? onLoopback(environment) : onDefaultRoute(environment, wish);
      if (address !== undefined) return address;
      const why = wish.loopback
        ? 'no interface of the loopback kind has an address that others can reach'
        : 'this machine has no default route with an address that others can reach';
      throw noDefault('--apiserver-advertise-address', why);
    },
  };
}

function noDefault(option: string, why: string): PkiError<'no-default'> {
  return new PkiError('no-default', `${option} has no default here: ${why}`, {
    details: { option },
    hint: `give ${option}, or set it in the configuration`,
  });
}

function onLoopback(environment: LocalEnvironment): string | undefined {
  const addresses = environment.addresses().filter(({ loopback }) => loopback);
  return globalOf(addresses, 4) ?? globalOf(addresses, 6);
}

function onDefaultRoute(environment: LocalEnvironment, { family }: AddressWish): string | undefined {
  const families = family === 4 ? ([4, 6] as const) : ([6, 4] as const);
  const addresses = environment.addresses();
  const hasRoutes = environment.routes(4) !== undefined;
  for (const wanted of families) {
    // Where the kernel shows no routes, any interface that others can reach will do.
    const others = addresses.filter(({ loopback }) => !loopback);
    if (!hasRoutes && globalOf(others, wanted) !== undefined) return globalOf(others, wanted);
    for (const name of hasRoutes ? defaultRoutes(environment.routes(wanted) ?? '', wanted) : []) {
      const ofRoute = addresses.filter((address) => address.interface === name);
      // RFC 5549: the interface has link-local addresses only, and the machine's own is on the loopback interface.
      const found =
        globalOf(ofRoute, wanted) ??
        globalOf(
          addresses.filter(({ loopback }) => loopback),
          wanted,
        );
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The interfaces of the default routes, in the kernel's order. */
function defaultRoutes(table: string, family: 4 | 6): string[] {
  const lines = table.split('\n').map((line) => line.trim().split(/\s+/));
  if (family === 4) {
    // Iface Destination Gateway …, in hexadecimal.
    return lines.flatMap(([name, destination]) =>
      name !== undefined && destination === '00000000' ? [name] : [],
    );
  }
  // Destination, prefix length, source, prefix length, gateway, …, and the interface as the tenth field.
  const zero = '0'.repeat(32);
  return lines.flatMap((fields) => {
    const [destination, , , , gateway] = fields;
    const name = fields[9];
    return name !== undefined && destination === zero && gateway !== zero ? [name] : [];
  });
}

function globalOf(addresses: readonly InterfaceAddress[], family: 4 | 6): string | undefined {
  return addresses.find(({ address }) => {
    const ip = parseIp(address);
    return ip?.family === family && isGlobalUnicast(ip);
  })?.address;
}

function thisMachine(): LocalEnvironment {
  return {
    hostName: () => hostname(),
    routes: (family) => readIfThere(family === 4 ? '/proc/net/route' : '/proc/net/ipv6_route'),
    addresses: () =>
      Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
        addresses.map(({ address, internal }) => ({ interface: name, address, loopback: internal })),
      ),
  };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
