/** Names another env file than `.env` in the home. `--env-file` sets it, so that the processes of a run read the same file. */
export const envFileVariable = 'KEYTURN_ENV_FILE';
