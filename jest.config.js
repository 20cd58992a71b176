// Nine suites over one transform: `unit` mirrors src/, `property` feeds random input, `differential` asks
// foreign programs, `package` installs the packed tarball, `examples` runs examples/, `browser` opens reports in Chromium, `e2e` starts a real control
// plane, `oracle` compares with real kubeadms, `faults` kills, fills disks and turns the clock.
const transform = {
  '^.+\\.ts$': [
    '@swc/jest',
    { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'commonjs' } },
  ],
};

const project = (name, more = {}) => ({
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  // Staged builds and packed tarballs are not ours to look at.
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.cache/'],
  transform,
  testEnvironment: 'node',
  ...more,
});

// Random input that is the same on every machine, unless PROPERTY_SEED says otherwise.
const seeded = { setupFilesAfterEnv: ['<rootDir>/test/support/property-seed.ts'] };

export default {
  // Jest leaves one core free by itself: on two, half the speed.
  maxWorkers: '100%',
  // Tests measure no time: on a busy machine they may take what they need.
  testTimeout: 60_000,
  reporters: ['default', '<rootDir>/scripts/jest-reporter.mjs'],
  projects: [
    project('unit'),
    project('property', seeded),
    project('differential', seeded),
    project('package', {
      globalSetup: '<rootDir>/test/package/set-up.ts',
      globalTeardown: '<rootDir>/test/package/tear-down.ts',
    }),
    project('examples'),
    project('browser'),
    project('e2e'),
    project('oracle', seeded),
    project('faults', seeded),
  ],
};
