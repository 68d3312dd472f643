import type { World } from '../world.ts';

/** A terminal whose text is drawn anew. */
export interface Screen {
  draw(text: string): void;
  /** Gives the terminal back as it was. */
  close(): void;
}

const ALTERNATE = '\u001b[?1049h\u001b[?25l';
const NORMAL = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

/** Undefined: stdout is no terminal, or one that cannot be drawn on. */
export function screen({ out, env }: Pick<World, 'out' | 'env'>): Screen | undefined {
  if (!process.stdout.isTTY || env['TERM'] === 'dumb' || env['WEFT_PLAIN'] === '1') return undefined;
  let isOpen = false;
  return {
    draw: (text) => {
      if (!isOpen) out(ALTERNATE);
      isOpen = true;
      const lines = text.trimEnd().split('\n');
      const rows = process.stdout.rows;
      const fitting =
        lines.length < rows ? lines : [...lines.slice(0, rows - 2), `… ${lines.length - rows + 2} more lines`];
      out(`${HOME}${fitting.map((line) => `${line}${CLEAR_LINE}`).join('\n')}\n${CLEAR_BELOW}`);
    },
    close: () => {
      if (isOpen) out(NORMAL);
      isOpen = false;
    },
  };
}
