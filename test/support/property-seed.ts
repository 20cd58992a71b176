import fc from 'fast-check';

// A failure can be had again on any machine; PROPERTY_SEED looks elsewhere, PROPERTY_RUNS longer.
const { PROPERTY_SEED, PROPERTY_RUNS } = process.env;
fc.configureGlobal({
  seed: PROPERTY_SEED === undefined ? 20_261_123 : Number(PROPERTY_SEED),
  ...(PROPERTY_RUNS === undefined ? {} : { numRuns: Number(PROPERTY_RUNS) }),
});
