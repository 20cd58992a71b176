/** A path with `.` and `..` resolved; absolute. */
export function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** A path below a folder, unless it is absolute itself. */
export function joinPaths(folder: string, path: string): string {
  return normalize(path.startsWith('/') ? path : `${folder}/${path}`);
}

/** The folder of a path. */
export function folderOf(path: string): string {
  return normalize(path.slice(0, path.lastIndexOf('/')));
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

const NODE_ROOT = /^(.*\/nodes\/[^/]+)\/(?:etc|var)\//;

/** The root that absolute paths in a file are relative to: that of a node's own files in a tree of kubepki. */
export function rootOf(path: string): string {
  return NODE_ROOT.exec(path)?.[1] ?? '';
}
