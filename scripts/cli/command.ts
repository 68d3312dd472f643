import type { ExitCode } from './exit-code.ts';
import type { World } from './world.ts';

/** An option of a command. */
export interface OptionSpec {
  readonly type: 'string' | 'boolean' | 'strings';
  readonly short?: string;
  /** Word for the value in `--help`. */
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly default?: string;
  /** What it does, for `--help`. */
  readonly says: string;
  /** What a shell completes where the choices are not written down.
   * @default - nothing */
  readonly completes?: Completed;
}

/** What a shell can complete. */
export type Completed = 'file' | 'folder' | 'code';

type Value<O extends OptionSpec> = O['type'] extends 'boolean'
  ? boolean
  : O['type'] extends 'strings'
    ? readonly string[]
    : | (O extends { readonly choices: readonly (infer C)[] } ? C : string)
      | (O extends { readonly default: string } ? never : undefined);

/** Values of options, by name. */
export type Values<O extends Readonly<Record<string, OptionSpec>>> = { readonly [K in keyof O]: Value<O[K]> };

/** A positional argument. */
export interface Argument {
  readonly name: `<${string}>` | `[${string}]`;
  readonly says: string;
  /** @default - nothing is completed */
  readonly completes?: Completed | readonly string[];
}

/** A line to type, and what it does. A test runs each. */
export interface Example {
  readonly line: string;
  readonly says: string;
}

/** What a command was given. */
export interface Input<V> {
  readonly values: V;
  readonly positionals: readonly string[];
  /** Every command of the program, for those that are about commands. */
  readonly commands: readonly CommandEntry[];
}

export interface CommandSpec<O extends Readonly<Record<string, OptionSpec>>> {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** A paragraph, for `--help`. */
  readonly description: string;
  /** Positional arguments as commander writes them.
   * @default - none */
  readonly arguments?: readonly Argument[];
  readonly options: O;
  readonly examples: readonly [Example, Example, ...Example[]];
  /** What one does after it. */
  readonly next: string;
  /** Loads what it needs when it runs, so that no other command waits for it. */
  run(input: Input<Values<O>>, world: World): Promise<ExitCode>;
}

/** A command of any options. Its `run` is only ever given values that were read by its own options. */
export type Command = Omit<CommandSpec<Readonly<Record<string, OptionSpec>>>, 'run'> & {
  run(input: Input<never>, world: World): Promise<ExitCode>;
};

/** Commands that are typed behind one word: `weft canary run`. */
export interface CommandGroup {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** A paragraph, for `--help`. */
  readonly description: string;
  /** In the order of `--help`. */
  readonly commands: readonly [Command, ...Command[]];
}

/** What may stand behind `weft`. */
export type CommandEntry = Command | CommandGroup;

/** Whether more words follow before something runs. */
export const isGroup = (entry: CommandEntry): entry is CommandGroup => 'commands' in entry;

/** A command with all words that are typed for it: `canary run`. */
export interface NamedCommand {
  readonly name: string;
  readonly command: Command;
}

/** Everything that runs, in the order of `--help`. */
export const runnable = (entries: readonly CommandEntry[]): readonly NamedCommand[] =>
  entries.flatMap((entry) =>
    isGroup(entry)
      ? entry.commands.map((command) => ({ name: `${entry.name} ${command.name}`, command }))
      : [{ name: entry.name, command: entry }],
  );

/** Declares a command: the types of its values follow from its options. */
export const command = <const O extends Readonly<Record<string, OptionSpec>>>(spec: CommandSpec<O>): Command => spec;

/** The option by which every command chooses what it prints. */
export const formatOption = <const C extends readonly [string, ...string[]]>(...choices: C) =>
  ({
    type: 'string',
    short: 'o',
    value: 'format',
    choices,
    default: choices[0],
    says: 'what to print on stdout',
  }) as const;
