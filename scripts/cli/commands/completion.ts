import { command } from '../command.ts';

/** `weft completion`: what a shell completes. */
export const completion = command({
  name: 'completion',
  summary: 'Print what makes a shell complete weft.',
  description:
    'Prints a script that completes commands, options, their values, files, and codes of findings. Nothing\n' +
    'runs while you type: the script holds all words, so it is made anew when the shell starts.\n' +
    '  bash        source <(weft completion bash)               in ~/.bashrc\n' +
    '  zsh         source <(weft completion zsh)                in ~/.zshrc, after compinit\n' +
    '  fish        weft completion fish | source                in ~/.config/fish/config.fish\n' +
    '  powershell  weft completion powershell | Out-String | Invoke-Expression   in $PROFILE',
  arguments: [
    { name: '<shell>', says: 'bash, zsh, fish or powershell', completes: ['bash', 'zsh', 'fish', 'powershell'] },
  ],
  options: {},
  examples: [
    { line: 'weft completion bash', says: 'for bash' },
    { line: 'weft completion zsh', says: 'for zsh' },
  ],
  next: 'a new shell, then weft <Tab>',
  async run({ positionals: [shell = ''], commands }, world) {
    const { runCompletion } = await import('../run-completion.ts');
    return runCompletion(shell, commands, world);
  },
});
