import { defineConfig } from 'vitest/config';

export default defineConfig({
	test: {
		include: ['test/**/*.test.ts'],
		globalSetup: ['test/support/global-setup.ts'],
		// A process per file: workers, timers and connections of one file never meet another's. Two run at a time, because
		// the tests talk to a real Redis and some of them start real workers.
		pool: 'forks',
		maxWorkers: 2,
		// CI machines are shared: what took the time of another's work is tried again there, and said so; at home it fails at once.
		testTimeout: process.env.CI === undefined ? 20_000 : 60_000,
		hookTimeout: process.env.CI === undefined ? 30_000 : 60_000,
		retry: process.env.CI === undefined ? 0 : 2,
	},
});
