import type { Command, Completed } from '../command.ts';

/** What a shell completes at one place: words, or what it finds itself. */
export type Choices = readonly string[] | 'file' | 'folder';

/** An option as a shell sees it. */
export interface OptionWords {
  /** `--fail-on`, and `-o` where there is one. */
  readonly flags: readonly string[];
  readonly says: string;
  /** What stands behind it; undefined for a switch. */
  readonly value: { readonly name: string; readonly choices: Choices } | undefined;
}

/** A command as a shell sees it. */
export interface CommandWords {
  readonly name: string;
  readonly says: string;
  readonly options: readonly OptionWords[];
  /** One for each positional argument; the last one may repeat. */
  readonly arguments: readonly { readonly name: string; readonly choices: Choices; readonly repeats: boolean }[];
}

const HELP: OptionWords = { flags: ['-h', '--help'], says: 'print this help', value: undefined };
const VERSION: OptionWords = { flags: ['-V', '--version'], says: 'print the version', value: undefined };

/** Options of the program itself. */
export const PROGRAM_OPTIONS: readonly OptionWords[] = [HELP, VERSION];

/** All that can be typed, and the codes of findings. */
export function wordsOf(commands: readonly Command[], codes: readonly string[]): readonly CommandWords[] {
  const choicesOf = (completes: Completed | readonly string[] | undefined): Choices =>
    completes === 'code' ? codes : (completes ?? []);
  const own = commands.map((command) => ({
    name: command.name,
    says: command.summary,
    options: [
      ...Object.entries(command.options).map(([name, option]) => ({
        flags: [...(option.short === undefined ? [] : [`-${option.short}`]), flagOf(name)],
        says: option.says,
        value:
          option.type === 'boolean'
            ? undefined
            : { name: option.value ?? name, choices: option.choices ?? choicesOf(option.completes) },
      })),
      HELP,
    ],
    arguments: (command.arguments ?? []).map(({ name, completes }) => ({
      name: name.replace(/^[<[]|\.\.\.|[\]>]$/g, ''),
      choices: choicesOf(completes),
      repeats: name.includes('...'),
    })),
  }));
  const names = commands.map(({ name }) => name);
  return [
    ...own,
    {
      name: 'help',
      says: 'print the help of a command',
      options: [],
      arguments: [{ name: 'command', choices: names, repeats: false }],
    },
  ];
}

/** `failOn` is typed `--fail-on`. */
export const flagOf = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** A text in single quotes, for sh and zsh. */
export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
