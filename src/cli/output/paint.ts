import { styleText } from 'node:util';

const styles = ['bold', 'dim', 'red', 'green', 'yellow'] as const;

export type Paint = Readonly<Record<(typeof styles)[number], (text: string) => string>>;

/** Colours for a terminal that wants them (respects NO_COLOR, FORCE_COLOR and TERM=dumb), plain text elsewhere. */
export function paint(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): Paint {
  const forced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0';
  const wanted = !env['NO_COLOR'] && env['TERM'] !== 'dumb' && (forced || stream.isTTY === true);
  const painted = styles.map((name) => {
    // By default Node checks the standard output, not this stream.
    const style = (text: string) => (wanted ? styleText(name, text, { validateStream: false }) : text);
    return [name, style] as const;
  });
  return Object.fromEntries(painted) as Paint;
}
