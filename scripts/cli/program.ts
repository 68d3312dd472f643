import { CommanderError, Command as Commander, Option } from 'commander';
import {
  isGroup,
  runnable,
  type Command,
  type CommandEntry,
  type CommandGroup,
  type NamedCommand,
  type OptionSpec,
} from './command.ts';
import { commands } from './commands.ts';
import { EXIT_CODES_HELP, exitCode, type ExitCode } from './exit-code.ts';
import { Failure, failureDocument, failureText } from './failure.ts';
import { red, type World } from './world.ts';

/** Runs one command line, without the name of the program. Never throws. */
export async function run(argv: readonly string[], world: World, version: string): Promise<ExitCode> {
  let code: ExitCode = exitCode.ok;
  const program = programOf(argv, world, version, (ended) => (code = ended));
  try {
    if (argv.length === 0) program.outputHelp();
    else await program.parseAsync(isOnlyGroup(argv) ? [...argv, '--help'] : [...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCode.ok;
    return report(argv, failureOf(error, argv, world), world);
  }
}

/** A group alone is a question, not a mistake. */
const isOnlyGroup = (argv: readonly string[]): boolean =>
  argv.length === 1 && commands.some((entry) => isGroup(entry) && entry.name === argv[0]);

function programOf(
  [word]: readonly string[],
  world: World,
  version: string,
  ended: (code: ExitCode) => void,
): Commander {
  const program = configured(new Commander('weft'), world)
    .description('Typed code becomes the manifests of a service mesh.')
    .version(version, '-V, --version', 'print the version')
    .addHelpText('after', `\n${EXIT_CODES_HELP}\nMore about a command: weft <command> --help`);
  // All of them have some hundred options, which take longer to declare than a line takes to read.
  const named = commands.filter(({ name }) => name === word);
  for (const entry of named.length > 0 ? named : commands) program.addCommand(entryOf(entry, world, ended));
  return program;
}

const configured = (program: Commander, world: World): Commander =>
  program
    .exitOverride()
    .showSuggestionAfterError(true)
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    // Usage errors are reported with all others, by report().
    .configureOutput({
      writeOut: (text) => world.out(text),
      writeErr: () => undefined,
      getOutHelpWidth: () => 100,
      getOutHasColors: () => false,
    });

const entryOf = (entry: CommandEntry, world: World, ended: (code: ExitCode) => void): Commander =>
  isGroup(entry) ? groupOf(entry, world, ended) : commanderOf(entry, world, ended);

function groupOf(
  { name, summary, description, commands: own }: CommandGroup,
  world: World,
  ended: (code: ExitCode) => void,
): Commander {
  const group = configured(new Commander(name), world)
    .summary(summary)
    .description(description)
    .addHelpText('after', `\n${EXIT_CODES_HELP}\nMore about a command: weft ${name} <command> --help`);
  for (const spec of own) group.addCommand(commanderOf(spec, world, ended));
  return group;
}

function commanderOf(spec: Command, world: World, ended: (code: ExitCode) => void): Commander {
  const own = configured(new Commander(spec.name), world)
    .helpCommand(false)
    .summary(spec.summary)
    .description(spec.description)
    .addHelpText('after', helpAfter(spec));
  for (const { name, says } of spec.arguments ?? []) own.argument(name, says);
  for (const [name, option] of Object.entries(spec.options)) own.addOption(optionOf(name, option));
  return own.action(async (...given: unknown[]) => {
    const positionals = (spec.arguments ?? []).flatMap((_, i) => (given[i] === undefined ? [] : given[i])) as string[]; // commander passes strings
    const values = withDefaults(spec, own.opts());
    // Read by the options of this very command, from which the type of its values follows.
    ended(await spec.run({ values: values as never, positionals, commands }, world));
  });
}

/** Options that were not given: false for a switch, an empty list for one that repeats. */
const withDefaults = ({ options }: Command, given: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(options).map(([name, { type }]) => [
      name,
      given[name] ?? (type === 'boolean' ? false : type === 'strings' ? [] : undefined),
    ]),
  );

function optionOf(name: string, { type, short, value, choices, default: initial, says }: OptionSpec): Option {
  const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const option = new Option(
    `${short === undefined ? '' : `-${short}, `}${flag}${type === 'boolean' ? '' : ` <${value ?? name}>`}`,
    says,
  );
  if (choices) option.choices(choices);
  if (initial !== undefined) option.default(initial);
  if (type === 'strings')
    option.argParser((item: string, all: readonly string[] | undefined) => [...(all ?? []), item]);
  return option;
}

function helpAfter({ examples, next }: Command): string {
  const width = Math.max(...examples.map(({ line }) => line.length));
  const lines = examples.map(({ line, says }) => `  ${line.padEnd(width)}   ${says}`);
  return `\nExamples:\n${lines.join('\n')}\n\n${EXIT_CODES_HELP}\nNext: ${next}`;
}

function failureOf(error: unknown, argv: readonly string[], world: World): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof CommanderError) return new Failure(usageMessage(error.message, commandNamed(argv)?.command));
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  const trace = world.env['WEFT_DEBUG'] === '1' ? `\n${stack ?? ''}` : '';
  return new Failure(
    `this is a bug in weft, not in what you wrote: ${message}\nPlease report it with the command and what WEFT_DEBUG=1 adds here.${trace}`,
    { exitCode: exitCode.bug },
  );
}

function usageMessage(message: string, spec: Command | undefined): string {
  // `-o` is the output folder in the cdk8s command.
  const folder =
    spec?.options['output'] && /^error: option '-o, --format <format>' argument '(.*)' is invalid/.exec(message)?.[1];
  const hint = folder === undefined ? 'What there is: weft --help' : `For an output folder use --output ${folder}`;
  return `${message.replace(/^error: /, '')}\n${hint}`;
}

function report(argv: readonly string[], failure: Failure, world: World): ExitCode {
  if (wantsJson(argv))
    world.out(`${JSON.stringify(failureDocument(commandNamed(argv)?.name ?? null, failure), null, 2)}\n`);
  world.err(`${red('error:', world)} ${failureText(failure)}`);
  return failure.exitCode;
}

/** The command of a command line that perhaps cannot be read. */
function commandNamed(argv: readonly string[]): NamedCommand | undefined {
  const words = argv.filter((word) => !word.startsWith('-'));
  return runnable(commands).find(({ name }) => name === words.slice(0, name.split(' ').length).join(' '));
}

/** Looked for by hand, because a command line that could not be read is answered in JSON too. */
const wantsJson = (argv: readonly string[]): boolean =>
  argv.some(
    (word, i) =>
      /^(?:-o=?json|--format=json)$/.test(word) || (word === 'json' && /^(?:-o|--format)$/.test(argv[i - 1] ?? '')),
  );
