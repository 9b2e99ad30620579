import { spawn } from 'node:child_process';

/**
 * Ends the process `pid` when ours ends, however it ends: a shell holds the reading end of a pipe whose writing end only we
 * have. When we are gone, killed with SIGKILL included, the kernel closes our end, `read` returns, and the shell sends SIGTERM.
 */
export function watchParent(pid: number): { end(): void } {
	const watcher = spawn('sh', ['-c', 'read -r _; kill -TERM "$1" 2>/dev/null', 'sh', String(pid)], {
		detached: true, // A Ctrl-C in the terminal is for us; the watcher waits for our end.
		stdio: ['pipe', 'ignore', 'ignore'],
	});
	watcher.on('error', () => {}); // No shell: the next start finds the orphan by the note in the data folder.
	watcher.stdin.on('error', () => {});
	watcher.unref();
	(watcher.stdin as unknown as { unref(): void }).unref();
	return { end: () => void watcher.kill('SIGKILL') };
}
