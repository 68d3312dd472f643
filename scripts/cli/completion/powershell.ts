import { flat, lastWord, PROGRAM_OPTIONS, type Choices, type CommandWords, type OptionWords } from './words.ts';

/** Completion for PowerShell 5 and newer. Files are completed by the shell itself, where we have no words. */
export const powershell = (commands: readonly CommandWords[]): string => scriptOf(commands, flat(commands));

const scriptOf = (
  first: readonly CommandWords[],
  all: readonly CommandWords[],
): string => `# PowerShell completion for weft
Register-ArgumentCompleter -Native -CommandName weft -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $commands = ${table([
    ['', words(first)],
    ...first.flatMap(({ name, commands }) => (commands.length === 0 ? [] : [[name, words(commands)] as const])),
  ])}
  $options = ${table([
    ['', table(PROGRAM_OPTIONS.flatMap(flagEntries))],
    ...all.map(({ name, options }) => [name, table(options.flatMap(flagEntries))] as const),
  ])}
  $values = ${table(
    all.flatMap(({ name, options }) =>
      options.flatMap(({ flags, value }) => flags.map((flag) => [`${name} ${flag}`, list(value?.choices)] as const)),
    ),
  )}
  $arguments = ${table(all.map(({ name, arguments: own }) => [name, list(own[0]?.choices)]))}
  $words = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { "$_" })
  $named = @($words | Select-Object -Skip 1 | Where-Object { $_ -notlike '-*' })
  $command = $named[0]
  if ($command -and $commands.ContainsKey($command) -and $named.Count -gt 1) { $command = "$command $($named[1])" }
  $key = "$command $($words[-1])"
  if ($wordToComplete -like '-*') {
    $found = $options["$command"]
  } elseif ($values.ContainsKey($key) -and $values[$key].Count -gt 0) {
    $found = @{}; $values[$key] | ForEach-Object { $found[$_] = $_ }
  } elseif ($commands.ContainsKey("$command")) {
    $found = $commands["$command"]
  } else {
    $found = @{}; $arguments["$command"] | ForEach-Object { $found[$_] = $_ }
  }
  $found.Keys | Where-Object { $_ -like "$wordToComplete*" } | Sort-Object | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $found[$_])
  }
}
`;

/** What the last word of a command may be, with what it does. */
const words = (commands: readonly CommandWords[]): string =>
  table(commands.map((command) => [lastWord(command), text(command.says)]));

const flagEntries = ({ flags, says }: OptionWords): (readonly [string, string])[] =>
  flags.map((flag) => [flag, text(says)]);

const table = (entries: readonly (readonly [key: string, value: string])[]): string =>
  `@{ ${entries.map(([key, value]) => `${text(key)} = ${value}`).join('; ')} }`;

const list = (choices: Choices | undefined): string =>
  `@(${choices === undefined || typeof choices === 'string' ? '' : choices.map(text).join(', ')})`;

/** A text in single quotes, which PowerShell doubles inside. */
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
