const PIECE = /<\/([\w-]+)>|<([\w-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;

/** What keeps a text from being an XML document; nothing when it is one. Only what our own SVG uses is known. */
export function wellFormed(text: string): readonly string[] {
  const open: string[] = [];
  const problems: string[] = [];
  let end = 0;
  let roots = 0;
  for (const found of text.matchAll(PIECE)) {
    const [piece, closed, opened, attributes = '', isEmpty, words = ''] = found;
    end = found.index + piece.length;
    if (opened !== undefined) {
      if (open.length === 0) roots += 1;
      const names = [...attributes.matchAll(/([\w:-]+)="/g)].map(([, name]) => name);
      if (new Set(names).size !== names.length) problems.push(`an attribute twice: ${piece}`);
      if (isEmpty === '') open.push(opened);
    }
    if (closed !== undefined && open.pop() !== closed) problems.push(`</${closed}> closes nothing`);
    for (const entity of `${attributes}${words}`.match(/&[^;]{0,8};?/g) ?? [])
      if (!/^&(?:amp|lt|gt|quot|apos);$/.test(entity)) problems.push(`no entity: ${entity}`);
    if (open.length === 0 && words.trim() !== '') problems.push(`text outside: ${words}`);
  }
  if (end !== text.length) problems.push(`no markup: ${text.slice(end, end + 40)}`);
  if (open.length > 0 || roots !== 1) problems.push(`open at the end: ${open.join(' ')}`);
  return problems;
}
