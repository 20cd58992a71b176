// Four suites over one transform: `unit` mirrors src/, `property` feeds random input, `differential` asks
// foreign programs, `package` installs the packed tarball. `npm test` runs the first three.
const transform = {
  '^.+\\.[jt]s$': [
    '@swc/jest',
    { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'commonjs' } },
  ],
};

const project = (displayName, testMatch) => ({
  displayName,
  testMatch,
  transform,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: [],
});

export default {
  projects: [
    project('unit', ['<rootDir>/test/unit/**/*.test.ts']),
    project('property', ['<rootDir>/test/property/**/*.test.ts']),
    project('differential', ['<rootDir>/test/differential/**/*.test.ts']),
    project('package', ['<rootDir>/test/package/**/*.test.ts']),
    project('examples', ['<rootDir>/test/examples/**/*.test.ts']),
  ],
};
