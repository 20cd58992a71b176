// Not part of `npm test`: needs real kubeadm binaries, which take minutes to build (see README.md here).
import { resolve } from 'node:path';
import projects from '../../../jest.config.js';

export default {
  rootDir: resolve(import.meta.dirname, '../../..'),
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/judges/oracle/*.oracle.ts'],
  transform: projects.projects[0].transform,
  testTimeout: 600_000,
};
