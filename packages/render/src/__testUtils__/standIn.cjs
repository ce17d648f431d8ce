#!/usr/bin/env node
// Plays gcloud, kubectl, flux, … by the name that it is called with: writes down each call, and answers the first
// answer (ANSWERS) that the call matches; nothing, with success, where none does.
const { appendFileSync, readFileSync } = require('node:fs');
const { basename } = require('node:path');

const [, path, ...args] = process.argv;
const program = basename(path);
const line = [program, ...args].join(' ');
const earlier = readFileSync(process.env.CALLS, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map(call => JSON.parse(call).join(' '));
appendFileSync(process.env.CALLS, `${JSON.stringify([program, ...args])}\n`);
const answer = JSON.parse(readFileSync(process.env.ANSWERS, 'utf8')).find(
  ({ call, times = Infinity }) =>
    new RegExp(call).test(line) &&
    earlier.filter(each => new RegExp(call).test(each)).length < times,
);
process.stdout.write(answer?.out ?? '');
process.stderr.write(answer?.err ?? '');
process.exitCode = answer?.err ? 1 : 0;
