import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
export const modulesFolder = path.join(root, '.setup/modules');

/** The path of a module that the build has compiled, such as `src/lib/clock.js` or `tests/simulator/simulator.js`. */
export const builtFile = (file) => path.join(modulesFolder, file);
export const built = (file) => import(pathToFileURL(builtFile(file)).href);
