/**
 * Milliseconds of the host's monotonic clock, with fractions. Every process of the machine reads the same clock, so an instant
 * that the worker took can be held against one that the driver took.
 */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;
