import { isGroup, type Command, type CommandEntry, type Completed } from '../command.ts';

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
  /** All words that are typed for it: `canary run`. */
  readonly name: string;
  readonly says: string;
  readonly options: readonly OptionWords[];
  /** One for each positional argument; the last one may repeat. */
  readonly arguments: readonly { readonly name: string; readonly choices: Choices; readonly repeats: boolean }[];
  /** What may be typed behind it, in a group. */
  readonly commands: readonly CommandWords[];
}

/** These commands, and all that is in their groups. */
export const flat = (commands: readonly CommandWords[]): readonly CommandWords[] =>
  commands.flatMap((command) => [command, ...command.commands]);

/** The word that is typed last for a command. */
export const lastWord = ({ name }: Pick<CommandWords, 'name'>): string => name.slice(name.lastIndexOf(' ') + 1);

const HELP: OptionWords = { flags: ['-h', '--help'], says: 'print this help', value: undefined };
const VERSION: OptionWords = { flags: ['-V', '--version'], says: 'print the version', value: undefined };

/** Options of the program itself. */
export const PROGRAM_OPTIONS: readonly OptionWords[] = [HELP, VERSION];

/** All that can be typed, and the codes of findings. */
export function wordsOf(entries: readonly CommandEntry[], codes: readonly string[]): readonly CommandWords[] {
  const choicesOf = (completes: Completed | readonly string[] | undefined): Choices =>
    completes === 'code' ? codes : (completes ?? []);
  const ofCommand = (command: Command, name = command.name): CommandWords => ({
    name,
    says: command.summary,
    options: [
      ...Object.entries(command.options).map(([option, { short, says, type, value, choices, completes }]) => ({
        flags: [...(short === undefined ? [] : [`-${short}`]), flagOf(option)],
        says,
        value: type === 'boolean' ? undefined : { name: value ?? option, choices: choices ?? choicesOf(completes) },
      })),
      HELP,
    ],
    arguments: (command.arguments ?? []).map((argument) => ({
      name: argument.name.replace(/^[<[]|\.\.\.|[\]>]$/g, ''),
      choices: choicesOf(argument.completes),
      repeats: argument.name.includes('...'),
    })),
    commands: [],
  });
  const withoutOptions = (name: string, says: string, choices: readonly string[]): CommandWords => ({
    name,
    says,
    options: [],
    arguments: [{ name: 'command', choices, repeats: false }],
    commands: [],
  });
  return [
    ...entries.map((entry) =>
      isGroup(entry)
        ? {
            ...withoutOptions(
              entry.name,
              entry.summary,
              entry.commands.map(({ name }) => name),
            ),
            options: [HELP],
            commands: entry.commands.map((command) => ofCommand(command, `${entry.name} ${command.name}`)),
          }
        : ofCommand(entry),
    ),
    withoutOptions(
      'help',
      'print the help of a command',
      entries.map(({ name }) => name),
    ),
  ];
}

/** `failOn` is typed `--fail-on`. */
export const flagOf = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** A text in single quotes, for sh and zsh. */
export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
