/** Copies what `tsc` leaves behind (Lua, CSS, data files) from src to dist, beside the modules that read it. Part of `npm run build`. */
import { cpSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

cpSync(join(root, 'src'), join(root, 'dist'), {
	recursive: true,
	filter: (path) => extname(path) !== '.ts',
});
