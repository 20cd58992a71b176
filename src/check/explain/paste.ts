/** Longer texts are taken for logs, whose lines stand for themselves. */
const MAX_WRAPPED = 16 * 1024;

// As terminals get them (ECMA-48 5.4), as rsyslog writes them (#033), and as `cat -v` shows them.
const COLOUR = /(?:\u001b|#033|\^\[)\[[0-9;]{0,32}[A-Za-z]/g;

/**
 * What a program said, from what was pasted: without colours, without the quoting of klog (err="…\"…\"") and of JSON
 * (etcd's zap), with the plain quotes and spaces that blogs and chats replace.
 */
function plain(text: string): string {
  return (
    text
      .replace(COLOUR, '')
      .replace(/\\u00([2-7][0-9a-f])/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
      // One quoted text in another has three backslashes, and so on.
      .replace(/(?<!\\)\\+"/g, '"')
      .replace(/(?<!\\)\\+n/g, '\n')
      .replace(/[\u2018\u2019]/g, "'")
      .replace(/[\u201c\u201d]/g, '"')
      .replace(/\u00a0/g, ' ')
  );
}

/**
 * The ways in which a pasted text may have to be read: as it stands, and, where it is short, with the lines joined that a
 * terminal, a mail or a table has wrapped, between words or within one.
 */
export function readings(text: string): readonly string[] {
  const read = plain(text);
  if (read.length > MAX_WRAPPED || !read.trim().includes('\n')) return [read];
  // The bars are those of tables and quoted mails.
  const wrap = /(?<![ \t])[ \t]*\r?\n[ \t>|]*/g;
  return [read, read.replace(wrap, ' '), read.replace(wrap, '')];
}
