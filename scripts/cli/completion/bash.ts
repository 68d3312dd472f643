import { flat, PROGRAM_OPTIONS, quoted, type Choices, type CommandWords } from './words.ts';

/** Completion for bash 3.2 and newer, without the package bash-completion. */
export const bash = (commands: readonly CommandWords[]): string => scriptOf(commands, flat(commands));

const scriptOf = (first: readonly CommandWords[], all: readonly CommandWords[]): string => `# bash completion for weft
_weft_words() {
  local word
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$1" -- "$cur")
}

_weft_files() {
  local file
  compopt -o filenames 2>/dev/null
  while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen "$1" -- "$cur")
}

_weft() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" option="\${COMP_WORDS[COMP_CWORD - 1]}" command='' valued='' number=0 i word
  COMPREPLY=()
  # bash takes --option=value apart at the equals sign.
  if [[ $cur == '=' ]]; then
    cur=''
  elif [[ $option == '=' ]]; then
    option="\${COMP_WORDS[COMP_CWORD - 2]}"
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    if [[ -z $command ]]; then
      [[ $word != -* ]] && command="$word"
    elif [[ $word != -* && ${quoted(` ${groups(first)} `)} == *" $command "* ]]; then
      command="$command $word"
    elif [[ $word == '=' ]]; then
      ((i++))
    elif [[ $word == -* ]]; then
      case "$command $word" in
        ${pattern(all)}) [[ \${COMP_WORDS[i + 1]} != '=' ]] && ((i++)) ;;
      esac
    else
      ((number++))
    fi
  done
  case "$command $option" in
${all.flatMap((command) => optionCases(command)).join('\n')}
  esac
  if [[ $cur == -* ]]; then
    case "$command" in
      '') _weft_words ${quoted(flagsOf(PROGRAM_OPTIONS))} ;;
${all.map(({ name, options }) => `      ${quoted(name)}) _weft_words ${quoted(flagsOf(options))} ;;`).join('\n')}
    esac
    return
  fi
  case "$command $number" in
    ' 0') _weft_words ${quoted(first.map(({ name }) => name).join(' '))} ;;
${all.flatMap((command) => argumentCases(command)).join('\n')}
  esac
}

complete -F _weft weft
`;

/** Words behind which another one names the command. */
const groups = (commands: readonly CommandWords[]): string =>
  commands
    .filter(({ commands: own }) => own.length > 0)
    .map(({ name }) => name)
    .join(' ');

/** Options that take a value, as patterns of a case. */
const pattern = (commands: readonly CommandWords[]): string =>
  commands
    .flatMap(({ name, options }) =>
      options.filter(({ value }) => value).flatMap(({ flags }) => flags.map((flag) => `'${name} ${flag}'`)),
    )
    .join(' | ');

const optionCases = ({ name, options }: CommandWords): string[] =>
  options.flatMap(({ flags, value }) =>
    value ? [`    ${flags.map((flag) => `'${name} ${flag}'`).join(' | ')}) ${complete(value.choices)}return ;;`] : [],
  );

const argumentCases = ({ name, arguments: all }: CommandWords): string[] =>
  all.flatMap(({ choices, repeats }, index) =>
    choices.length === 0 ? [] : [`    '${name} '${repeats ? '*' : index}) ${complete(choices)};; `.trimEnd()],
  );

function complete(choices: Choices): string {
  if (choices === 'file') return '_weft_files -f; ';
  if (choices === 'folder') return '_weft_files -d; ';
  return choices.length === 0 ? '' : `_weft_words ${quoted(choices.join(' '))}; `;
}

const flagsOf = (options: CommandWords['options']): string => options.flatMap(({ flags }) => flags).join(' ');
