import { FieldError } from '../../codec/field-error.ts';
import { isObject } from '../../codec/json.ts';
import { show } from '../../codec/parse-value.ts';
import type { Extra } from './extra.ts';
import { partsOf } from './extra-size.ts';
import { BASE64_SCHEMA, bytesOf, sized, writeBase64 } from './extra-value.ts';

/** The JSON of bytes in two parts, an object of both. */
export function twoParts(...names: readonly [string, string]): Pick<Extra, 'write' | 'encode' | 'jsonSchema'> {
  const [one, other] = names;
  return {
    write(size, bytes, _, output) {
      const [first = 0, second = 0] = partsOf(size);
      output.appendText(`{"${one}":`);
      writeBase64(bytes.subarray(0, first), output);
      output.appendText(`,"${other}":`);
      writeBase64(bytes.subarray(first, first + second), output);
      output.appendText('}');
      return true;
    },
    encode(size, value) {
      const [first = 0, second = 0] = partsOf(size);
      if (!isObject(value)) throw new FieldError(`${show(value)} is not an object of ${names.join(' and ')}`, 'extra');
      const unknown = Object.keys(value).find((key) => !names.includes(key));
      if (unknown !== undefined)
        throw new FieldError(`no part of an extra; its parts are ${names.join(' and ')}`, `extra.${unknown}`);
      return Buffer.concat([
        sized(bytesOf(value[one], `extra.${one}`), first, `extra.${one}`),
        sized(bytesOf(value[other], `extra.${other}`), second, `extra.${other}`),
      ]);
    },
    jsonSchema: {
      type: 'object',
      properties: { [one]: BASE64_SCHEMA, [other]: BASE64_SCHEMA },
      required: names,
      additionalProperties: false,
    },
  };
}
