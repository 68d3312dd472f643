import { lastWord, PROGRAM_OPTIONS, quoted, type Choices, type CommandWords, type OptionWords } from './words.ts';

/** Completion for zsh: may be sourced, or lie as `_weft` in a folder of fpath. */
export const zsh = (commands: readonly CommandWords[]): string => `#compdef weft kubectl-weft
_weft() {
  local context state state_descr line
  typeset -A opt_args
${level(PROGRAM_OPTIONS, commands, '  ')}
}

if [[ $funcstack[1] == _weft ]]; then
  _weft "$@"
else
  compdef _weft weft kubectl-weft
fi
`;

/** Options, then the name of a command, then what belongs to it. */
const level = (options: readonly OptionWords[], commands: readonly CommandWords[], indent: string): string =>
  [
    `_arguments -C ${options.flatMap(specs).join(' ')} '1: :->command' '*:: :->rest'`,
    'case $state in',
    '  command)',
    '    local -a commands',
    '    commands=(',
    ...commands.map((command) => `      ${quoted(`${lastWord(command)}:${command.says.replaceAll(':', '\\:')}`)}`),
    '    )',
    '    _describe -t commands command commands',
    '    ;;',
    '  rest)',
    '    case $words[1] in',
    ...commands.map((command) => commandCase(command, '      ')),
    '    esac',
    'esac',
  ]
    .map((line) => `${indent}${line.replaceAll('\n', `\n${indent}`)}`)
    .join('\n');

const commandCase = (command: CommandWords, indent: string): string => {
  const { options, arguments: all, commands } = command;
  if (commands.length > 0)
    return `${indent}${lastWord(command)})\n${level(options, commands, `${indent}  `)}\n${indent}  ;;`;
  const lines = [
    ...options.flatMap(specs),
    ...all.map((argument) => quoted(`${argument.repeats ? '*' : ''}:${argument.name}:${action(argument.choices)}`)),
  ];
  return `${indent}${lastWord(command)}) _arguments ${lines.map((line) => `\\\n${indent}  ${line}`).join(' ')} ;;`;
};

/** An option for _arguments, once for each of its spellings. */
const specs = ({ flags, says, value }: OptionWords): string[] =>
  flags.map((flag) => {
    const joint = value && flag.startsWith('--') ? '=' : '';
    const taken = value ? `:${value.name.replaceAll(':', '')}:${action(value.choices)}` : '';
    return quoted(`*${flag}${joint}[${says.replace(/[[\]:]/g, (letter) => `\\${letter}`)}]${taken}`);
  });

function action(choices: Choices): string {
  if (choices === 'file') return '_files';
  if (choices === 'folder') return '_files -/';
  return choices.length === 0 ? ' ' : `(${choices.join(' ')})`;
}
