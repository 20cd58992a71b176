import { baseName } from './lookup.ts';

/** What the kubelet has rotated out, and left lying (client-go util/certificate FileStore). */
const ROTATED = /^kubelet-(client|server)-\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d\.pem$/;

/** Folders in which people keep what they have replaced. */
const FOLDER = /(?:^|[/._-])(?:old|backups?|bak|archive)(?:[._-][^/]*|\d*)?\/|\/pki\/(?:[^/]+\/)*tmp\//i;

/** How people call what they have replaced: `apiserver-old`, `ca.crt.bak`, `ca.crt.2025-11-26`. */
const NAME =
  /(?:^|[._-])(?:old|orig|bak|backup|saved?|prev(?:ious)?|copy)\d*(?:[._-]|$)|~$|\.(?:crt|cer|pem)\.[^/]+$/i;

/** Whether a file lies in a folder of old copies. */
export function isInKeptFolder(path: string): boolean {
  return FOLDER.test(path);
}

/** Whether a file is an old copy by its name or its folder. */
export function hasKeptName(path: string): boolean {
  const name = baseName(path);
  return ROTATED.test(name) || NAME.test(name) || isInKeptFolder(path);
}
