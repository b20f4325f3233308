import { valid, CSV, csv, format, HTTP, invalid, path } from './feed-case.ts'
import type { FeedCase } from './feed-case.ts'

export const formatCases: readonly FeedCase[] = [
  ...valid(
    format('V-08 takes no format', undefined),
    format('V-08 takes an empty format', {}),
    format('V-08 takes newlineDelimited', { newlineDelimited: {} }),
    format('V-08 takes null beside a format', { newlineDelimited: null, json: { path: '$' } }),
    ...['$', '$.', '$.a', '$.a.b-c._d', '$["any \' name. \\" ü"]', '$[0]', '$[-1]', '$[0,2]', '$["a","b"]', '$[1:3]', '$[::2]', '$[-3:]', '$[:-1:1]', '$.*', '$[*]', '$[*].ip', '$..name', '$..*', '$..["name"]', '$.bücher'].map(
      (text) => path('F-08 takes', text),
    ),
  ),
  ...invalid(
    `${HTTP}.format`,
    format('V-08 refuses json and csv', { json: { path: '$' }, csv: { fieldNum: 0 } }),
    format('V-08 refuses newlineDelimited and csv', { newlineDelimited: {}, csv: { fieldNum: 0 } }),
    format('V-08 refuses all three', { newlineDelimited: {}, json: { path: '$' }, csv: { fieldNum: 0 } }),
    format('V-08 refuses a text', 'csv'),
  ),
  ...invalid(`${HTTP}.format.newlineDelimited`, format('V-08 refuses newlineDelimited: true', { newlineDelimited: true })),
  ...invalid(
    `${HTTP}.format.json.path`,
    format('V-09 refuses json without a path', { json: {} }),
    ...['', 'a', '.a', '$a', '$.a.', '$.[0]', '$[', '$[]', '$["a]', "$['a']", '$[a]', '$[?(@.x)]', '$..[?(@.x)]', '$[(@.length-1)]', '$.a^', '$.a~', '$.@string()', '$[0,]', '$[::0]', '$[01]', '$["\\x"]', '$...a', '$.a b'].map(
      (text) => path('F-07 refuses', text),
    ),
    path('refuses a number', 5),
    format('V-09 refuses a path of more than 1,024 characters', { json: { path: `$.${'a'.repeat(1024)}` } }),
  ),
  ...valid(
    csv('V-10 takes the first column', { fieldNum: 0 }),
    csv('V-10 takes a column by name', { fieldName: 'ip', header: true }),
    csv('V-10 takes a number with a header row', { fieldNum: 1, header: true }),
    csv('V-10 takes a column below recordSize', { fieldNum: 2, recordSize: 3 }),
    csv('V-11 takes disableRecordSizeValidation', { fieldNum: 0, disableRecordSizeValidation: true }),
    csv('V-11 takes recordSize with disableRecordSizeValidation: false', { fieldNum: 0, recordSize: 2, disableRecordSizeValidation: false }),
    csv('V-12 takes a tab and a hash sign', { fieldNum: 0, columnDelimiter: '\t', commentDelimiter: '#' }),
    csv('V-12 takes a character outside the basic plane', { fieldNum: 0, columnDelimiter: '🦊' }),
    csv('V-12 takes a comma for comments when columns have another', { fieldNum: 0, columnDelimiter: ';', commentDelimiter: ',' }),
  ),
  ...invalid(
    CSV,
    csv('V-10 refuses neither column', {}),
    csv('V-10 refuses both columns', { fieldNum: 0, fieldName: 'ip', header: true }),
    format('V-10 refuses a list', { csv: [] }),
  ),
  ...invalid(
    `${CSV}.fieldNum`,
    csv('V-10 refuses -1', { fieldNum: -1 }),
    csv('V-10 refuses 1.5', { fieldNum: 1.5 }),
    csv('V-10 refuses "1"', { fieldNum: '1' }),
    csv('V-10 refuses a column at recordSize', { fieldNum: 3, recordSize: 3 }),
  ),
  ...invalid(`${CSV}.fieldName`, csv('V-10 refuses an empty name', { fieldName: '', header: true })),
  ...invalid(
    `${CSV}.header`,
    csv('V-10 refuses a name without header', { fieldName: 'ip' }),
    csv('V-10 refuses a name with header: false', { fieldName: 'ip', header: false }),
    csv('V-10 refuses header: "true"', { fieldNum: 0, header: 'true' }),
  ),
  ...invalid(
    `${CSV}.recordSize`,
    csv('V-11 refuses 0', { fieldNum: 0, recordSize: 0 }),
    csv('V-11 refuses -2', { fieldNum: 0, recordSize: -2 }),
    csv('V-11 refuses recordSize with disableRecordSizeValidation', { fieldNum: 0, recordSize: 2, disableRecordSizeValidation: true }),
  ),
  ...['columnDelimiter', 'commentDelimiter'].flatMap((key) =>
    invalid(
      `${CSV}.${key}`,
      csv(`V-12 refuses an empty ${key}`, { fieldNum: 0, [key]: '' }),
      csv(`V-12 refuses a ${key} of two characters`, { fieldNum: 0, [key]: '||' }),
      csv(`V-12 refuses a double quote for ${key}`, { fieldNum: 0, [key]: '"' }),
      csv(`V-12 refuses CR for ${key}`, { fieldNum: 0, [key]: '\r' }),
      csv(`V-12 refuses LF for ${key}`, { fieldNum: 0, [key]: '\n' }),
      csv(`V-12 refuses a number for ${key}`, { fieldNum: 0, [key]: 7 }),
    ),
  ),
  ...invalid(
    `${CSV}.commentDelimiter`,
    csv('V-12 refuses the same delimiter twice', { fieldNum: 0, columnDelimiter: '#', commentDelimiter: '#' }),
    csv('V-12 refuses the default delimiter for comments', { fieldNum: 0, commentDelimiter: ',' }),
  ),
]
