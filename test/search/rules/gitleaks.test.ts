/** Rules in the TOML of gitleaks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CritError } from '../../../src/error.ts';
import { readGitleaksRules } from '../../../src/search/rules/gitleaks.ts';
import { ruleFinder } from '../../../src/search/rules/rule-finder.ts';

/** All that such a file can have, in the ways in which that of gitleaks itself has it. */
const FILE = String.raw`
title = "rules"

[allowlist]
description = "for all"
paths = ['''(?i)\.png$''']
regexes = ['''(?i)^true|false|null$''', '''^(?i:a+|b+|\*+|\.+)$''', '''^\$(?:\d+|{\d+})$''']
stopwords = ["stopstop"]

[[allowlists]]
targetRules = ["acme-key"]
regexes = ['''^targeted-''']

[[rules]]
id = "acme-key"
description = "a key of Acme"
regex = '''(?i)[\w.-]{0,50}?(?:acme)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9_-]{16})(?:[\x60'"\s;]|\\[nr]|$)'''
entropy = 2
keywords = ["acme"]
[[rules.allowlists]]
regexTarget = "line"
regexes = ['''--dry-run''']
[[rules.allowlists]]
regexTarget = "match"
condition = "AND"
regexes = ['''^demo''']
stopwords = ["0000"]
[[rules.allowlists]]
condition = "AND"
paths = ['''README''']
regexes = ['''.''']

[[rules]]
id = "inner-flags"
description = "flags in the middle"
regex = '''\b(p8e-(?i)[a-z0-9]{8}(?-i:X))(?:[^\w-]|\z)'''
keywords = ["p8e-"]

[[rules]]
id = "second-group"
description = "which group is said"
regex = '''user=(?P<user>[[:alpha:]]+) pin=(?P<pin>[[:digit:]]{4})'''
secretGroup = 2

[[rules]]
id = "no-keywords"
description = "nothing to look for first"
regex = '''[0-9a-f]{8}#[[:upper:]]{4}'''

[[rules]]
id = "near-keyword"
description = "the keyword is no part of it"
regex = '''\b(\d{6}\|[0-9a-z]{10})\b'''
keywords = ["facenote"]

[[rules]]
id = "of-yaml"
description = "for files of a name"
regex = '''(?s:.)kind: secret-([a-z]{4})'''
path = '''(?i)\.ya?ml$'''
keywords = ["secret"]

[[rules]]
id = "only-path"
description = "for names alone"
path = '''\.p12$'''

[[rules]]
id = "a-part"
description = "not reported"
regex = '''part'''
skipReport = true
`;

const { rules, notes } = readGitleaksRules(FILE, 'rules.toml');
const finder = ruleFinder(rules);

function found(text: string): string[] {
  const bytes = Buffer.from(text, 'latin1');
  const all: string[] = [];
  for (let from = 0; ;) {
    const match = finder.find(bytes, from, true);
    if (!match) return all;
    all.push(`${match.rule.id}: ${bytes.toString('latin1', match.secret.start, match.secret.end)}`);
    from = match.end;
  }
}

const KEY = 'k3u8v0qz7wlm2xc9';
const CASES: Readonly<Record<string, readonly [text: string, found: readonly string[]]>> = {
  'a value, up to the zero behind it': [`my.ACME_key = "${KEY}\0`, [`acme-key: ${KEY}`]],
  'too little entropy': ['acme=abababababababab\0', []],
  'allowed for all by a word': ['acme=stopstop7wlm2xc9\0', []],
  'allowed for this rule': ['acme=targeted-7wlm2xc\0', []],
  'allowed by its line': [`\0run --dry-run acme=${KEY}\n`, []],
  'not allowed by another line': [`run --dry-run\nacme=${KEY}\n`, [`acme-key: ${KEY}`]],
  'allowed where both are so': ['demo.acme=k3u80000qz7wlm2x\0', []],
  'not allowed where one is so': [
    `demo.acme=${KEY}\0acme=k3u80000qz7wlm2x\0`,
    [`acme-key: ${KEY}`, 'acme-key: k3u80000qz7wlm2x'],
  ],
  'flags in the middle': ['P8E-abcdefghX p8e-ABcdefgHX;p8e-abcdefghx', ['inner-flags: p8e-ABcdefgHX']],
  'its end is the end of text': ['p8e-abcdefghX', ['inner-flags: p8e-abcdefghX']],
  'a group by its number': ['user=me pin=1234', ['second-group: 1234']],
  'without keywords': ['\x010123abcd#WXYZ\x01', ['no-keywords: 0123abcd#WXYZ']],
  'what must stand near is not there': ['123456|abcdefghij', []],
  'what must stand near is there': [
    `123456|abcdefghij${'-'.repeat(2000)}FaceNote`,
    ['near-keyword: 123456|abcdefghij'],
  ],
  'a rule for files of some names': ['\nkind: secret-abcd', ['of-yaml: abcd']],
};

for (const [name, [text, expected]] of Object.entries(CASES))
  test(`rules of a file: ${name}`, () => assert.deepEqual(found(text), expected));

test('what a file says of files is told', () => {
  assert.deepEqual(notes, [
    'rule only-path is left out: it is about the names of files alone, which memory has not',
    'rule a-part is left out: it says of itself that it is not to be reported',
    'rules for files of some names are tried everywhere, since memory has no names: of-yaml',
  ]);
  const extending = readGitleaksRules('[extend]\nuseDefault = true\n[[rules]]\nid = "a"\nregex = "a"\n', 'x');
  assert.match(extending.notes.join(), /the rules that \[extend\] names are not read/);
});

const one = (lines: string): string => `[[rules]]\nid = "first"\nregex = "aa"\n\n[[rules]]\n${lines}\n`;
const WRONG: Readonly<Record<string, readonly [text: string, message: RegExp]>> = {
  'no TOML': ['[[rules]\n', /^x: line 1: no TOML: /],
  'no rules': ['title = "x"\n', /^x: no \[\[rules\]\] are in it$/],
  'rules that are none': ['rules = 1\n', /^x: rules is no list of tables/],
  'no id': [one('regex = "a"'), /^x: line 5: rule 2: it has no id$/],
  'an id twice': [one('id = "first"\nregex = "a"'), /rule first: another rule has the same id$/],
  'no pattern': [one('id = "b"'), /^x: line 6: rule b: it has neither regex nor path$/],
  'a wrong pattern': [
    one("id = 'b'\nregex = '(a'"),
    /^x: line 6: rule b: the pattern has a \( without its \), at character 2$/,
  ],
  'a pattern that no automaton can': [one("id = 'b'\nregex = 'a(?=b)'"), /rule b: the pattern looks around/],
  'a wrong pattern of what is allowed': [
    one("id='b'\nregex='a'\n[[rules.allowlists]]\nregexes=['[']"),
    /rule b: .*without its \]/,
  ],
  'an unknown target': [
    one("id='b'\nregex='a'\n[[rules.allowlists]]\nregexes=['a']\nregexTarget='file'"),
    /regexTarget = "file"/,
  ],
  'no such group': [one("id = 'b'\nregex = '(a)'\nsecretGroup = 2"), /secretGroup = 2, and the regex has 1$/],
  'keywords that are none': [one("id = 'b'\nregex = 'a'\nkeywords = 'a'"), /keywords is no list of strings$/],
  'a number that is none': [one("id = 'b'\nregex = 'a'\nentropy = '3'"), /entropy is no number$/],
  'an enormous pattern': [one("id = 'b'\nregex = '(a{200}){200}'"), /too long/],
};

for (const [name, [text, message]] of Object.entries(WRONG)) {
  test(`a file with ${name}`, () => {
    assert.throws(
      () => readGitleaksRules(text, 'x'),
      (error) => error instanceof CritError && error.code === 'usage' && message.test(error.message),
    );
  });
}

test('many enormous patterns are refused before they take memory', () => {
  const many = Array.from({ length: 200 }, (_, i) => `[[rules]]\nid = "r${i}"\nregex = '(a{99}b{99}){99}'\n`).join('');
  assert.throws(() => readGitleaksRules(many, 'x'), /rule r\d+: with it the patterns have over 1000000 steps/);
});
