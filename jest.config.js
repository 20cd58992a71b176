// Five suites over one transform: `unit` mirrors src/, `property` feeds random input, `differential` asks
// foreign programs, `package` installs the packed tarball, `examples` runs examples/.
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

export default {
  reporters: ['default', '<rootDir>/scripts/jest-reporter.mjs'],
  projects: [
    project('unit'),
    project('property'),
    project('differential'),
    project('package', {
      globalSetup: '<rootDir>/test/package/set-up.ts',
      globalTeardown: '<rootDir>/test/package/tear-down.ts',
    }),
    project('examples'),
  ],
};
