/**
 * Names an env file to use in place of `.env` in the home. `--env-file` sets it, so that all processes of a run
 * read the same file.
 */
export const envFileVariable = 'KEYTURN_ENV_FILE';
