import { PkiError } from '../../errors/pki-error.ts';
import { quote } from '../../errors/quote.ts';
import { formatCidr, parseCidr } from '../../net/cidr.ts';
import { formatIp, parseIpSloppy } from '../../net/ip.ts';
import type { ConfigDocuments } from './documents.ts';
import { parseKubernetesVersion } from './kubernetes-version.ts';
import type { Setting } from './section.ts';
import type { ClusterFlags } from './spec.ts';

/** The settings that flags can make too: each from the file or from its flag. */
export interface Settings {
  readonly nodeName: Setting<string> | undefined;
  readonly advertiseAddress: Setting<string> | undefined;
  readonly bindPort: Setting<number> | undefined;
  readonly controlPlaneEndpoint: Setting<string> | undefined;
  readonly serviceSubnet: Setting<string> | undefined;
  readonly dnsDomain: Setting<string> | undefined;
  readonly certSANs: readonly Setting<string>[];
  readonly kubernetesVersion: Setting<string> | undefined;
  readonly clusterName: Setting<string> | undefined;
  readonly certificatesDir: Setting<string> | undefined;
}

type Normal = (text: string) => string;

const asIs: Normal = (text) => text;
const address: Normal = (text) => {
  const ip = parseIpSloppy(text);
  return ip === undefined ? text.toLowerCase() : formatIp(ip.bytes);
};
const networks: Normal = (text) =>
  text
    .split(',')
    .map((part) => {
      const cidr = parseCidr(part);
      return cidr === undefined ? part : formatCidr(cidr);
    })
    .join(',');

/**
 * What the file says, and where it says nothing, what the flags say; for the two directories, flags come first.
 *
 * @throws PkiError `usage` for a flag that contradicts the file
 */
export function settingsOf(documents: ConfigDocuments, flags: ClusterFlags): Settings {
  const { cluster, init } = documents;
  const networking = cluster.section('networking');
  const local = init.section('localAPIEndpoint');
  const version: Normal = (text) => parseKubernetesVersion(text)?.text ?? text;
  const lower: Normal = (text) => text.trim().toLowerCase();
  return {
    // A name of white space is one that kubeadm refuses, not one that it leaves to the machine.
    nodeName: either(init.section('nodeRegistration').text('name'), ['--node-name', flags.nodeName], lower),
    advertiseAddress: either(
      local.text('advertiseAddress'),
      ['--apiserver-advertise-address', flags.apiserverAdvertiseAddress],
      address,
    ),
    bindPort: bindPort(local.number('bindPort'), flags.apiserverBindPort),
    controlPlaneEndpoint: either(
      cluster.text('controlPlaneEndpoint'),
      ['--control-plane-endpoint', flags.controlPlaneEndpoint],
      asIs,
    ),
    serviceSubnet: either(networking.text('serviceSubnet'), ['--service-cidr', flags.serviceCidr], networks),
    dnsDomain: either(networking.text('dnsDomain'), ['--service-dns-domain', flags.serviceDnsDomain], asIs),
    certSANs: sans(cluster.section('apiServer').texts('certSANs'), flags.apiserverCertExtraSans),
    kubernetesVersion: either(
      cluster.text('kubernetesVersion'),
      ['--kubernetes-version', flags.kubernetesVersion],
      version,
    ),
    clusterName: either(cluster.text('clusterName'), ['--cluster-name', flags.clusterName], asIs),
    certificatesDir: cluster.text('certificatesDir'),
  };
}

/**
 * The key algorithm: the file's (a feature gate overrides `encryptionAlgorithm`), else the flag's.
 *
 * @throws PkiError `usage` where the flag contradicts the file
 */
export function keyAlgorithmSetting(
  documents: ConfigDocuments,
  gate: Setting<string> | undefined,
  flags: ClusterFlags,
): Setting<string> | undefined {
  const file = gate ?? documents.cluster.text('encryptionAlgorithm');
  return either(file, ['--key-algorithm', flags.keyAlgorithm], asIs);
}

function flagged(option: string, value: string | undefined): Setting<string> | undefined {
  return value === undefined || value === '' ? undefined : { value, path: option };
}

function either(
  file: Setting<string> | undefined,
  [option, value]: readonly [option: string, value: string | undefined],
  normal: Normal,
): Setting<string> | undefined {
  const flag = flagged(option, value);
  if (file === undefined || flag === undefined) return file ?? flag;
  if (normal(file.value) !== normal(flag.value)) throw contradiction(flag, file);
  return file;
}

function bindPort(
  file: Setting<number> | undefined,
  value: number | string | undefined,
): Setting<number> | undefined {
  if (value === undefined || value === '') return file;
  const flag = { value: Number(value), path: '--apiserver-bind-port' };
  const isNumber = typeof value === 'number' || /^[0-9]{1,10}$/.test(value);
  if (!isNumber) {
    throw new PkiError(
      'usage',
      `${flag.path}: ${quote(value)} is not a port, expected a number from 1 to 65535`,
      {
        details: { option: flag.path },
      },
    );
  }
  if (file !== undefined && file.value !== flag.value) throw contradiction(flag, file);
  return file ?? flag;
}

function sans(
  file: readonly Setting<string>[],
  names: readonly string[] | undefined,
): readonly Setting<string>[] {
  if (names === undefined || names.length === 0) return file;
  const path = '--apiserver-cert-extra-sans';
  const flag = names.map((value) => ({ value, path }));
  const [first] = file;
  if (first === undefined) return flag;
  const set = (settings: readonly Setting<string>[]): string =>
    [...new Set(settings.map(({ value }) => address(value)))].sort().join(',');
  if (set(flag) === set(file)) return file;
  throw contradiction(
    { value: names.join(','), path },
    { value: file.map(({ value }) => value).join(','), path: first.path.replace(/\[0\]$/, '') },
  );
}

function contradiction(flag: Setting<number | string>, file: Setting<number | string>): PkiError<'usage'> {
  const says = `the configuration sets ${file.path} to ${quote(String(file.value))}`;
  return new PkiError(
    'usage',
    `${flag.path} ${quote(String(flag.value))} contradicts the configuration: ${says}`,
    {
      details: { option: flag.path },
      hint: `leave out ${flag.path}, or change the configuration`,
    },
  );
}
