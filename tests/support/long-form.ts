/**
 * The short form of a test is part of every test run. The long form has more cases or rounds. `npm run test:faults` runs
 * it for the fault tests, and `FAULTS=long` for any other test.
 */
export const isLong = process.env['FAULTS'] === 'long';

/**
 * Marks a test that `npm test` leaves out, because another one goes nearly the same way. `npm run test:long` runs these
 * tests, and so does `npm run check`. A run that names a file or a title leaves nothing out.
 */
export const long = { tag: '@long' };

/** {@link long} for some of the tests that a loop defines. */
export const longIf = (is: boolean) => (is ? long : {});
