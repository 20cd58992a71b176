import { CHAIN_CODES, DATE_CODES } from './go-rows.ts';
import { chain, expired, keys, namedFile, oddAuthority } from './look.ts';
import type { ErrorRow } from './row.ts';

/** What kubeadm says (cmd/kubeadm/app: util/pkiutil, phases/certs, phases/kubeconfig, discovery). */
export const KUBEADM_ROWS: readonly ErrorRow[] = Object.freeze([
  {
    id: 'kubeadm-ca-key',
    programs: ['kubeadm', 'Go'],
    pattern: /x509: provided PrivateKey doesn't match parent's PublicKey/,
    meaning: 'the CA certificate and the CA key with which something is to be signed do not belong together',
    causes: [
      'ca.key is of another cluster or of before a rotation',
      'ca.crt is a bundle, and its first certificate is not that of ca.key',
    ],
    next: ['kubepki verify ca.crt --ca ca.crt --key ca.key'],
    codes: ['key-mismatch', 'certificate-order'],
    first: keys,
  },
  {
    id: 'kubeadm-kubeconfig-ca',
    programs: ['kubeadm'],
    pattern:
      /a kubeconfig file "(?<path>[^"\n]{1,1000})" exists (?:already but has got the wrong CA cert|but does not contain a trusted CA)/,
    meaning: 'a kubeconfig is left from another CA: kubeadm does not overwrite it',
    causes: ['the CA was made anew, or /etc/kubernetes is left from an earlier cluster'],
    next: ['kubepki check /etc/kubernetes', 'remove the file, then: kubeadm init phase kubeconfig NAME'],
    codes: ['kubeconfig-ca-mismatch', 'ca-replaced', 'wrong-ca', 'stale-copy'],
    look: namedFile,
  },
  {
    id: 'kubeadm-not-signed',
    programs: ['kubeadm'],
    pattern:
      /certificate (?<name>\S{1,100}) (?:is )?not signed by (?:CA certificate (?<ca>[^\s:]{1,100})|corresponding CA)/,
    meaning: 'a certificate that lies there is of another CA than the one beside it',
    causes: ['the CA was made anew or copied from elsewhere, and its certificates were not'],
    next: ['kubepki check /etc/kubernetes', 'kubeadm certs renew NAME, or kubepki apply --config FILE'],
    first: oddAuthority,
    codes: CHAIN_CODES,
    look: chain,
  },
  {
    id: 'kubeadm-load',
    programs: ['kubeadm'],
    pattern: /couldn't load the (?:certificate|private key|public key) file (?<path>[^\s:]{1,1000})/,
    meaning: 'kubeadm cannot use a file of the PKI',
    causes: [
      'it is missing: on a further control plane, the shared files were not copied (--upload-certs and --certificate-key)',
      'it is empty, or no PEM',
    ],
    next: ['kubepki check', 'kubepki export shared', 'kubeadm init phase upload-certs --upload-certs'],
    rank: 1,
    codes: ['file-missing', 'key-missing', 'malformed-certificate', 'malformed-key', 'pem-rubbish'],
    look: namedFile,
  },
  {
    id: 'kubeadm-period',
    programs: ['kubeadm'],
    pattern: /the certificate (?:is not valid yet|has expired): NotBefore: /,
    meaning: 'a certificate that lies there is expired, or its time has not come',
    causes: ['it was not renewed in time', 'the clock of this machine is wrong'],
    next: ['kubepki check', 'kubeadm certs renew all', 'timedatectl'],
    codes: [...DATE_CODES, 'not-yet-valid'],
    look: expired,
    fromSource: true,
  },
  {
    id: 'kubeadm-join-token',
    programs: ['kubeadm'],
    pattern:
      /token id "[a-z0-9]{1,20}" is invalid for this cluster or it has expired|could not find a JWS signature in the cluster-info ConfigMap/,
    meaning: 'the token of kubeadm join is not, or no longer, known: it lives for 24 hours',
    causes: ['it expired', 'it is of another cluster'],
    next: ['kubeadm token create --print-join-command'],
    codes: [],
    fromSource: true,
  },
  {
    id: 'kubeadm-join-hash',
    programs: ['kubeadm'],
    pattern: /none of the public keys "[^"\n]{1,1000}" are pinned/,
    meaning: 'the CA of the cluster is not the one of --discovery-token-ca-cert-hash',
    causes: ['the CA was made anew since the join command was printed', 'another cluster answers there'],
    next: [
      'kubeadm token create --print-join-command',
      'openssl x509 -in ca.crt -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum',
    ],
    codes: [],
    fromSource: true,
  },
  {
    id: 'kubeadm-certificate-key',
    programs: ['kubeadm'],
    pattern:
      /Secret "kubeadm-certs" was not found|error decoding secret data with provided key|error decoding certificate key/,
    meaning: 'the shared certificates cannot be fetched by --certificate-key: they are kept for two hours',
    causes: ['the Secret kubeadm-certs expired', 'the key is that of an earlier upload'],
    next: ['kubeadm init phase upload-certs --upload-certs', 'or copy the files: kubepki export shared'],
    codes: [],
    fromSource: true,
  },
  {
    id: 'kubeadm-phase',
    programs: ['kubeadm'],
    pattern: /error execution phase (?<phase>[a-z-]+(?:\/[a-z-]+)?)/,
    meaning: 'kubeadm stopped in this phase; the words behind it say why',
    causes: ['what lies in /etc/kubernetes does not fit: an earlier attempt, another cluster, missing files'],
    next: ['kubepki check /etc/kubernetes', 'the same command with --v=5'],
    rank: 2,
    codes: ['file-missing', 'key-mismatch', 'malformed-certificate', ...CHAIN_CODES],
  },
]);
