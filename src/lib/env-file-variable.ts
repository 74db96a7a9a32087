/** Names a file to read in place of `.env`. `--env-file` sets it for all processes of a run. */
export const envFileVariable = 'KEYTURN_ENV_FILE';
