import { styleText } from 'node:util';

type Style = (text: string) => string;

export interface Paint {
  readonly bold: Style;
  readonly dim: Style;
  readonly red: Style;
  readonly green: Style;
  readonly yellow: Style;
}

/** Colours for a terminal that wants them (respects NO_COLOR, FORCE_COLOR and TERM=dumb), plain text elsewhere. */
export function paint(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): Paint {
  const forced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0';
  const wanted = !env['NO_COLOR'] && env['TERM'] !== 'dumb' && (forced || stream.isTTY === true);
  const style =
    (name: 'bold' | 'dim' | 'red' | 'green' | 'yellow'): Style =>
    (text) =>
      // By default Node checks the standard output, not this stream.
      wanted ? styleText(name, text, { validateStream: false }) : text;
  return { bold: style('bold'), dim: style('dim'), red: style('red'), green: style('green'), yellow: style('yellow') };
}
