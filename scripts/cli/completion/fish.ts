import { PROGRAM_OPTIONS, type Choices, type CommandWords, type OptionWords } from './words.ts';

/** Completion for fish. */
export const fish = (commands: readonly CommandWords[]): string => `# fish completion for weft
complete -c weft -f
${commands.map(({ name, says }) => `complete -c weft -n __fish_use_subcommand -a ${name} -d ${fishQuoted(says)}`).join('\n')}
${PROGRAM_OPTIONS.map((option) => `complete -c weft -n __fish_use_subcommand ${optionOf(option)}`).join('\n')}
${commands.flatMap(linesOf).join('\n')}
`;

function linesOf({ name, options, arguments: all }: CommandWords): string[] {
  const when = `complete -c weft -n '__fish_seen_subcommand_from ${name}'`;
  return [
    ...options.map((option) => `${when} ${optionOf(option)}`),
    ...all.flatMap(({ choices }) => (choices.length === 0 ? [] : [`${when} ${valuesOf(choices)}`])),
  ];
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
