import { flat, lastWord, PROGRAM_OPTIONS, type Choices, type CommandWords, type OptionWords } from './words.ts';

/** Completion for fish. */
export const fish = (commands: readonly CommandWords[]): string => `# fish completion for weft
complete -c weft -f
${commands.map(({ name, says }) => `complete -c weft -n __fish_use_subcommand -a ${name} -d ${fishQuoted(says)}`).join('\n')}
${PROGRAM_OPTIONS.map((option) => `complete -c weft -n __fish_use_subcommand ${optionOf(option)}`).join('\n')}
${flat(commands).flatMap(linesOf).join('\n')}
`;

function linesOf(command: CommandWords): string[] {
  const when = `complete -c weft -n '${typed(command)}'`;
  return [
    ...command.options.map((option) => `${when} ${optionOf(option)}`),
    ...(command.commands.length > 0
      ? command.commands.map((one) => `${when} -f -a ${lastWord(one)} -d ${fishQuoted(one.says)}`)
      : command.arguments.flatMap(({ choices }) => (choices.length === 0 ? [] : [`${when} ${valuesOf(choices)}`]))),
  ];
}

/** Whether all words of a command stand there, and in a group none of its commands. */
function typed({ name, commands }: CommandWords): string {
  const seen = name.split(' ').map((word) => `__fish_seen_subcommand_from ${word}`);
  const none = commands.length === 0 ? [] : [`not __fish_seen_subcommand_from ${commands.map(lastWord).join(' ')}`];
  return [...seen, ...none].join('; and ');
}

function optionOf({ flags, says, value }: OptionWords): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  return `${names.join(' ')}${value ? ` -r ${valuesOf(value.choices)}` : ''} -d ${fishQuoted(says)}`;
}

/** Files are offered where they are asked for, and nowhere else. */
function valuesOf(choices: Choices): string {
  if (choices === 'file') return '-F';
  if (choices === 'folder') return `-f -a '(__fish_complete_directories)'`;
  return choices.length === 0 ? '-f' : `-f -a ${fishQuoted(choices.join(' '))}`;
}

/** A text in single quotes, in which fish reads backslashes before a quote and another backslash. */
const fishQuoted = (text: string): string => `'${text.replace(/[\\']/g, (letter) => `\\${letter}`)}'`;
