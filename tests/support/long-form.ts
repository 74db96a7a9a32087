/**
 * The short form of a test is part of every test run. The long form has more cases or rounds. `npm run test:faults` runs
 * it for the fault tests, and `FAULTS=long` for any other test.
 */
export const isLong = process.env['FAULTS'] === 'long';
