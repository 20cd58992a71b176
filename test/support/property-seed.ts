import fc from 'fast-check';

// A failure can be had again on any machine; PROPERTY_SEED looks elsewhere.
const { PROPERTY_SEED } = process.env;
fc.configureGlobal({ seed: PROPERTY_SEED === undefined ? 20_261_123 : Number(PROPERTY_SEED) });
