import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommanderError, Help, type Command, type HelpConfiguration } from 'commander';
import { usageError } from '../lib/settings-errors.js';
import { commanderWords, programTexts } from '../messages/cli/program.js';
import { KeyturnCommand, type SetExitCode } from './command-help.js';
import type { ProcessContext } from '../app/process-context.js';
import { printError } from './output/print-error.js';
import { printJsonError } from './output/print-json.js';
import { useEnvFile } from './use-env-file.js';

/** Parses the arguments and runs the command. Resolves to the exit code, also for usage errors. */
export async function runCli(argv: readonly string[], context: ProcessContext): Promise<number> {
  let exitCode = 0;
  const setExitCode = (code: number) => void (exitCode = code);
  let program: Command | undefined;
  const words = withoutGlobalOptions(argv);
  const fail = (error: unknown) => {
    if (isJsonWanted(words)) printJsonError(context, error);
    return printError(error, context);
  };
  try {
    program = await createProgram(context, setExitCode, words[0]);
    if (words[0] === 'completion' || words[0] === 'complete') await addCompletion(program);
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      // A command group without a subcommand: its help was printed.
      if (error.code === 'commander.help') return 2;
      const { usageProblem } = await import('../messages/cli/usage.js');
      const message = usageProblem(error.message);
      return fail(usageError({ message, command: commandOf(program, words) }));
    }
    // After an interruption, report the interruption and not the errors that it caused.
    return fail(context.signal.aborted ? context.signal.reason : error);
  }
}

/** What follows `--` belongs to another program. */
function isJsonWanted(words: readonly string[]): boolean {
  const dashes = words.indexOf('--');
  return words.slice(0, dashes < 0 ? words.length : dashes).includes('--json');
}

/** The arguments from the command's name on. */
function withoutGlobalOptions(argv: readonly string[]): readonly string[] {
  if (argv[0] === '--env-file') return withoutGlobalOptions(argv.slice(2));
  return argv[0]?.startsWith('--env-file=') ? withoutGlobalOptions(argv.slice(1)) : argv;
}

type Register = (program: KeyturnCommand, context: ProcessContext, exit: SetExitCode, run: typeof runCli) => void;

/** In the order of the help. Each is a module of its own, so that a run loads only its own command. */
const commands: readonly { readonly names: readonly string[]; readonly load: () => Promise<Register> }[] = [
  { names: ['login', 'headed'], load: async () => (await import('./login.js')).registerLogin },
  { names: ['refresh', 'renew'], load: async () => (await import('./refresh.js')).registerRefresh },
  { names: ['unblock'], load: async () => (await import('./unblock.js')).registerUnblock },
  { names: ['watch'], load: async () => (await import('./watch.js')).registerWatch },
  { names: ['schedule'], load: async () => (await import('./schedule.js')).registerSchedule },
  { names: ['status'], load: async () => (await import('./status.js')).registerStatus },
  { names: ['key'], load: async () => (await import('./key.js')).registerKey },
  { names: ['exec'], load: async () => (await import('./exec.js')).registerExec },
  { names: ['deliver'], load: async () => (await import('./deliver.js')).registerDeliver },
  { names: ['account'], load: async () => (await import('./account.js')).registerAccount },
  { names: ['notify'], load: async () => (await import('./notify.js')).registerNotify },
  { names: ['history'], load: async () => (await import('./history.js')).registerHistory },
  { names: ['config'], load: async () => (await import('./config.js')).registerConfig },
  { names: ['secrets'], load: async () => (await import('./secrets.js')).registerSecrets },
  { names: ['doctor'], load: async () => (await import('./doctor.js')).registerDoctor },
  { names: ['logout'], load: async () => (await import('./logout.js')).registerLogout },
];

/** The whole command line, or with `only` (a command's name) what is needed to run that one command. */
export async function createProgram(context: ProcessContext, setExitCode: SetExitCode, only?: string) {
  const { language } = context;
  const program = new KeyturnCommand(language, 'keyturn')
    .description(programTexts.about[language])
    .version(readVersion(context.packageFolder), '-V, --version', programTexts.version[language])
    .helpOption('-h, --help', programTexts.help[language])
    .helpCommand('help [command]', programTexts.helpCommand[language])
    .option('--env-file <file>', programTexts.envFile[language])
    .hook('preAction', async (root, command) => useEnvFile(context, root.opts<{ envFile?: string }>().envFile, command))
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
      // printError prints all errors.
      outputError: () => undefined,
      getOutHelpWidth: () => context.stdout.columns || 100,
      getErrHelpWidth: () => context.stderr.columns || 100,
    })
    .configureHelp(language === 'zh' ? chineseHelp : {})
    .showSuggestionAfterError()
    .addHelpText('after', programTexts.more[language]);
  const named = commands.find(({ names }) => names.includes(only ?? ''));
  for (const { load } of named ? [named] : commands) (await load())(program, context, setExitCode, runCli);
  program
    .command('completion')
    .argument('<shell>', programTexts.shell[language])
    .description(programTexts.completion[language])
    .examples(['source <(keyturn completion bash)', 'keyturn completion zsh > ~/.zfunc/_keyturn']);
  return program;
}

const inChinese = (text: string): string =>
  Object.entries(commanderWords).reduce((changed, [word, chinese]) => changed.replace(word, chinese), text);

/** A description, with what commander adds to it in brackets. */
const describedInChinese = (text: string): string => {
  const changed = inChinese(text);
  return changed === text ? text : changed.replace(/\)$/, '）').replace(' （', '（');
};

const plain = new Help();
const chineseHelp: HelpConfiguration = {
  // A Chinese character takes two columns.
  displayWidth: (text) => text.length + (text.match(/[\u2e80-\uffe6]/g)?.length ?? 0),
  styleTitle: inChinese,
  commandUsage: (command) => inChinese(plain.commandUsage(command)),
  subcommandTerm: (command) => inChinese(plain.subcommandTerm(command)),
  optionDescription: (option) => describedInChinese(plain.optionDescription(option)),
  argumentDescription: (argument) => describedInChinese(plain.argumentDescription(argument)),
};

/** The library adds its own `completion` and hidden `complete` commands, in place of the placeholder in the help. */
async function addCompletion(program: Command): Promise<void> {
  const { default: tab } = await import('@bomb.sh/tab/commander');
  const commands = program.commands as Command[];
  const placeholder = commands.findIndex((command) => command.name() === 'completion');
  commands.splice(placeholder, 1);
  // The library prints the script. A bash that reads it twice would refuse to set a `readonly` name again.
  const { log } = console;
  // eslint-disable-next-line no-console -- The library writes nowhere else.
  console.log = (text: string) => log(text.replace(/^readonly /gm, ''));
  tab(program, { completionCommandName: 'completion' });
}

function commandOf(program: Command | undefined, argv: readonly string[]): string {
  const words = ['keyturn'];
  let command: Command | undefined = program;
  for (const word of argv) {
    command = command?.commands.find((c) => c.name() === word || c.aliases().includes(word));
    if (!command) break;
    words.push(command.name());
  }
  return words.join(' ');
}

function readVersion(packageFolder: string): string {
  return (JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string }).version;
}
