import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createAuthority, type Authority } from '../ca/authority.ts';
import { issue } from '../ca/issue.ts';
import type { IssuedCertificate } from '../ca/issued-certificate.ts';
import type { Environment } from '../crypto/environment.ts';
import { renderKubeconfig } from '../kubeconfig/render.ts';
import { issueKubeconfig, type IssuedKubeconfig, type UserRequest } from './issue-kubeconfig.ts';
import { tlsServerOptions, type TlsServerOptions } from './tls-options.ts';
import { writeWhole } from './whole-file.ts';

/** How {@link createTestCluster} makes a cluster. */
export interface TestClusterOptions extends Environment {
  /** Further names and addresses of the server. */
  readonly names?: readonly string[] | undefined;
  /** How long the CA and the server's certificate are valid. Default: `1d`. */
  readonly validity?: string | undefined;
  /** The cluster's name in kubeconfigs. Default: `test`. */
  readonly name?: string | undefined;
}

/** Who a test's client is, and where its server listens. */
export interface TestUserRequest extends UserRequest {
  /** `https://HOST:PORT`; the host is one of the server's names. */
  readonly server: string;
  readonly namespace?: string | undefined;
}

/** A kubeconfig for a test's client: the text is what the file holds. It holds a secret. */
export interface TestKubeconfig extends IssuedKubeconfig {
  readonly text: string;
}

/** A {@link TestKubeconfig} on disk. */
export interface TestKubeconfigFile extends TestKubeconfig {
  /** Absolute. */
  readonly path: string;
}

/** What servers of a test are called beside the names that are given, as an API server is. */
const NAMES = Object.freeze([
  ...['localhost', '127.0.0.1', '::1'],
  ...['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'],
]);

/**
 * What a test needs to stand in for a cluster: a CA, the options of an HTTPS server that plays the API server, and
 * kubeconfigs for its clients. Keys are P-256 and in memory; only {@link TestCluster.writeKubeconfig} writes.
 *
 * @example
 * ```ts
 * const cluster = await createTestCluster();
 * const server = https.createServer(cluster.serverOptions, handler).listen(0, '127.0.0.1');
 * const { path } = await cluster.writeKubeconfig({ server: `https://127.0.0.1:${port}`, user: 'jane', groups: ['dev'] });
 * // … a client of the program under test goes by path …
 * await cluster.remove();
 * ```
 * @throws PkiError `invalid-request`, `invalid-value`
 */
export async function createTestCluster(options: TestClusterOptions = {}): Promise<TestCluster> {
  const { names = [], validity = '1d', name = 'test', ...environment } = options;
  const ca = await createAuthority({ commonName: `${name}-ca`, validity }, environment);
  const serverCertificate = await issue(
    ca,
    {
      profile: 'server',
      commonName: 'kube-apiserver',
      subjectAltNames: [...NAMES, ...names],
      validity,
    },
    environment,
  );
  return new TestCluster({ name, ca, serverCertificate, environment });
}

/** Made by {@link createTestCluster}. */
export class TestCluster {
  readonly name: string;
  /** Signs the server and its clients. */
  readonly ca: Authority;
  readonly serverCertificate: IssuedCertificate;
  /** For `https.createServer`, `tls.createServer` and `http2.createSecureServer`: clients must show a certificate of the CA. */
  readonly serverOptions: TlsServerOptions;
  readonly #environment: Environment;
  #folder: string | undefined;
  #files = 0;

  constructor(fields: {
    readonly name: string;
    readonly ca: Authority;
    readonly serverCertificate: IssuedCertificate;
    readonly environment: Environment;
  }) {
    this.name = fields.name;
    this.ca = fields.ca;
    this.serverCertificate = fields.serverCertificate;
    this.serverOptions = tlsServerOptions(fields.serverCertificate, { clientCa: fields.ca });
    this.#environment = fields.environment;
  }

  /**
   * A kubeconfig for a client, in memory. It is valid as long as the CA, where the request says nothing.
   *
   * @throws PkiError `invalid-request`, `invalid-value`
   */
  async kubeconfig({ server, ...user }: TestUserRequest): Promise<TestKubeconfig> {
    const validity = user.validity ?? { kind: 'until', date: this.ca.certificate.notAfter };
    const cluster = { name: this.name, server };
    const made = await issueKubeconfig(this.ca, { ...user, validity, cluster }, this.#environment);
    return { ...made, text: renderKubeconfig(made.config) };
  }

  /**
   * A kubeconfig for a client, written with mode 0600.
   *
   * @param request.path where to, and there it stays; default: a folder of its own for temporary files, which
   *   {@link remove} removes
   * @throws PkiError `invalid-request`, `invalid-value`, `io`
   */
  async writeKubeconfig(request: TestUserRequest & { readonly path?: string }): Promise<TestKubeconfigFile> {
    const { path, ...rest } = request;
    const made = await this.kubeconfig(rest);
    const target = path === undefined ? this.#nextFile() : resolve(path);
    writeWhole(target, made.text, { backup: false });
    return { ...made, path: target };
  }

  #nextFile(): string {
    this.#folder ??= fs.mkdtempSync(join(tmpdir(), 'kubepki-test-cluster-'));
    this.#files += 1;
    return join(this.#folder, `kubeconfig-${this.#files}`);
  }

  /** Removes what was written for temporary use. */
  remove(): Promise<void> {
    if (this.#folder !== undefined) fs.rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
    return Promise.resolve();
  }

  /** `await using cluster = await createTestCluster()` cleans up at the end of the block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.remove();
  }
}
